/** Plans, signed lists and their contents, made by this package from tiny images. */
import { describe, expect, it } from '@jest/globals';
import {
  handmadeBundle,
  testSigner,
  tinyImage,
  type HandmadeBundle,
  type HandmadeImage,
} from '@sallyport/testing';
import { buffer } from 'node:stream/consumers';
import { digestOf, isManifestOrIndexType } from 'oras-js';
import { readDocument } from '../graph/documents.js';
import { parsePublicKey } from '../keys/public-key.js';
import type { Signer } from '../keys/signing-key.js';
import type { BundleEntry } from '../list/bundle-manifest.js';
import { composeManifest, type BundlePlan } from '../list/compose-manifest.js';
import { parseList } from '../list/parse-list.js';
import { bundleBytes } from '../write/bundle-bytes.js';
import { signManifest, type SignedManifest } from '../write/signed-manifest.js';
import type { OpenEntry } from '../write/write-options.js';

export interface PlannedBundle {
  readonly plan: BundlePlan;
  readonly signed: SignedManifest;
  /** Opens the content of each entry. */
  readonly openEntry: OpenEntry;
  /** The same bundle made by hand, and signed by the same key. */
  readonly made: HandmadeBundle;
}

export async function plannedBundle(images?: readonly HandmadeImage[]): Promise<PlannedBundle> {
  const signer = testSigner();
  const made = await handmadeBundle({
    images: images ?? [{ image: await tinyImage({ layerBytes: [600, 20] }) }],
    signers: [signer],
  });
  const plan = planOf(made);
  const signed = await signManifest(composeManifest(plan), [signerOf(signer)]);
  return { plan, signed, openEntry: opensFrom(made), made };
}

/** The plan that a bundle made by hand follows. */
export function planOf({ list, entries }: HandmadeBundle): BundlePlan {
  const listed = parseList(list);
  const documents = listed.entries.flatMap(({ path, digest, size, mediaType }) => {
    if (mediaType === undefined || !isManifestOrIndexType(mediaType)) return [];
    const bytes = entries.find(({ name }) => name === path)?.bytes ?? Buffer.alloc(0);
    return [[digest, readDocument({ mediaType, digest, size }, bytes)] as const];
  });
  return {
    channel: listed.channel,
    sequence: listed.sequence,
    created: new Date(listed.created),
    ...(listed.expires === undefined ? {} : { expires: new Date(listed.expires) }),
    images: listed.images,
    sources: listed.sources,
    documents: new Map(documents),
    tool: listed.tool,
    annotations: listed.annotations,
  };
}

export function signerOf({ publicKeyPem, sign }: ReturnType<typeof testSigner>): Signer {
  return {
    publicKey: parsePublicKey(publicKeyPem, 'test.pub'),
    sign: async (bytes) => sign(bytes),
  };
}

/** Opens entries as they stand in a bundle made by hand, in pieces that end anywhere. */
export function opensFrom({ entries }: HandmadeBundle): OpenEntry {
  return async ({ path }: BundleEntry) => {
    const bytes = entries.find(({ name }) => name === path)?.bytes;
    if (bytes === undefined) throw new Error(`expected ${path}`);
    return (async function* () {
      for (let at = 0; at < bytes.length; at += 100) yield bytes.subarray(at, at + 100);
    })();
  };
}

export async function bytesOf({ signed, openEntry }: PlannedBundle): Promise<Buffer> {
  return await buffer(bundleBytes(signed, openEntry));
}

/** Opens one entry in another way than the rest. */
export function except(planned: PlannedBundle, path: string, open: OpenEntry): OpenEntry {
  return async (entry, options) =>
    entry.path === path ? await open(entry, options) : await planned.openEntry(entry, options);
}

export function layerOf({ signed }: PlannedBundle): string {
  return signed.manifest.entries.at(-1)?.path ?? '';
}

describe('planning a bundle', () => {
  it('gives the very list that was written by hand from the format page', async () => {
    const { signed, made } = await plannedBundle();
    expect(String(signed.bytes)).toBe(String(made.list));
    expect(signed.digest).toBe(digestOf(made.list));
  });
});
