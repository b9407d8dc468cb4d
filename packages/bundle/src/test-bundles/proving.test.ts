/** Opening and proving whole bundles the two ways there are: from a file, and from a pipe. */
import { describe, expect, it } from '@jest/globals';
import { handmadeBundle, tempDir, type HandmadeBundle } from '@sallyport/testing';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { CodedError } from 'oras-js';
import { parsePublicKey } from '../keys/public-key.js';
import type { BundleInput } from '../read/bundle-input.js';
import { openFileInput } from '../read/file-input.js';
import { openBundle } from '../read/open-bundle.js';
import { pipeInput } from '../read/pipe-input.js';
import type { VerifiedBundle } from '../read/verified-bundle.js';
import type { Trust } from '../signature/trust.js';

/** Proves the bundle and returns it with every blob that was read to its end. */
export type Prove = (bundle: Signed) => Promise<Proof>;

export interface Proof {
  readonly bundle: VerifiedBundle;
  /** Digest to content, in the order of completion. */
  readonly blobs: ReadonlyMap<string, Buffer>;
}

type Signed = Pick<HandmadeBundle, 'bytes' | 'publicKeyPem'>;

export function trusting(...publicKeyPems: readonly string[]): Trust {
  return { keys: publicKeyPems.map((pem) => parsePublicKey(pem, 'test.pub')), threshold: 1 };
}

export function pipeOf(bytes: Uint8Array, chunkBytes = 64 * 1024): BundleInput {
  return pipeInput(Readable.from(chunksOf(bytes, chunkBytes)), 'a pipe');
}

export function* chunksOf(bytes: Uint8Array, chunkBytes: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

export async function proveInput(input: BundleInput, trust: Trust): Promise<Proof> {
  const blobs = new Map<string, Buffer>();
  const bundle = await openBundle(input, trust);
  await bundle.proveBlobs(async ({ content, open }) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of await open()) pieces.push(piece);
    blobs.set(content.digest, Buffer.concat(pieces));
  });
  return { bundle, blobs };
}

export const provePipe: Prove = async ({ bytes, publicKeyPem }) => {
  return await proveInput(pipeOf(bytes), trusting(publicKeyPem));
};

export const proveFile: Prove = async ({ bytes, publicKeyPem }) => {
  await using dir = await tempDir();
  const file = join(dir.path, 'b.sallyport.tar');
  await writeFile(file, bytes);
  await using input = await openFileInput(file);
  return await proveInput(input, trusting(publicKeyPem));
};

/** Code and message of the refusals from a file and from a pipe; fails when one of them accepts. */
export async function refusalOf(bundle: Signed): Promise<string> {
  const [file, pipe] = [await failureOf(proveFile(bundle)), await failureOf(provePipe(bundle))];
  // A file of the wrong size is refused for that before its blobs are looked at.
  const codes = file.code === pipe.code ? file.code : `${file.code} or ${pipe.code}`;
  return `${codes}: ${pipe.message}`;
}

export async function failureOf(proving: Promise<unknown>): Promise<CodedError> {
  const error = await proving.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CodedError);
  return error as CodedError;
}

describe('proving a bundle that was made by hand from the format page', () => {
  it.each([
    ['file', proveFile],
    ['pipe', provePipe],
  ])('accepts it from a %s', async (_way, prove) => {
    const { blobs } = await prove(await handmadeBundle());
    expect(blobs.size).toBe(3);
  });
});
