/** The first bytes of a bundle: the list and its signatures, as tar entries. */
import { entryHeader, paddingOf } from '../layout/entry-header.js';
import { listPath, signaturePath } from '../layout/bundle-layout.js';
import type { SignedManifest } from './signed-manifest.js';

export async function bundleHead(signed: SignedManifest): Promise<Buffer> {
  const parts = [...(await wholeEntry(listPath, signed.bytes))];
  for (const [index, slot] of signed.slots.entries()) {
    parts.push(...(await wholeEntry(signaturePath(index + 1), slot)));
  }
  return Buffer.concat(parts);
}

async function wholeEntry(path: string, bytes: Buffer): Promise<readonly Buffer[]> {
  const header = await entryHeader(path, bytes.byteLength);
  return [header, bytes, Buffer.alloc(paddingOf(bytes.byteLength))];
}
