/**
 * The golden bundle in fixtures/golden, written once and never again: a format
 * that changes by accident no longer gives its bytes, or no longer reads them.
 */
import { describe, expect, it } from '@jest/globals';
import { goldenFile, goldenFolder, goldenOptions, handmadeBundle } from '@sallyport/testing';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { readPublicKey } from '../keys/public-key.js';
import { signaturePath } from '../layout/bundle-layout.js';
import { composeManifest } from '../list/compose-manifest.js';
import { openFileInput } from '../read/file-input.js';
import { opensFrom, planOf } from '../test-bundles/planning.test.js';
import { pipeOf, proveInput } from '../test-bundles/proving.test.js';
import { bundleBytes } from './bundle-bytes.js';
import { signManifest } from './signed-manifest.js';

/** Of the list, and so of the bundle. Another one is another format, or another golden bundle. */
const goldenDigest = 'sha256:4bebd67d92d19665158069e929d7fd0cc7af5c2f36d383a8c5b373247645af15';

const trust = async () => ({
  keys: [await readPublicKey(join(goldenFolder, 'test-only.pub'))],
  threshold: 1,
});

describe('writing the golden bundle again', () => {
  it('gives the stored bytes, each of them outside the signature', async () => {
    const stored = await readFile(goldenFile);
    const made = await handmadeBundle(await goldenOptions());
    const slot = made.entries.find(({ name }) => name === signaturePath(1));
    const slotAt = slot?.contentAt ?? 0;
    const storedSlot = stored.subarray(slotAt, slotAt + 2048);
    const [key] = (await trust()).keys;
    if (key === undefined) throw new Error('expected the golden key');

    const manifest = composeManifest(planOf(made));
    const signed = await signManifest(manifest, [
      { publicKey: key, sign: async () => signatureIn(storedSlot) },
    ]);
    const written = await buffer(bundleBytes(signed, opensFrom(made)));

    expect(signed.digest).toBe(goldenDigest);
    expect(firstDifference(written, stored)).toBe(-1);
  });

  /** The stored signature, so that the whole slot is compared too. */
  function signatureIn(slot: Buffer): Buffer {
    const { messageSignature } = JSON.parse(String(slot)) as {
      messageSignature: { signature: string };
    };
    return Buffer.from(messageSignature.signature, 'base64');
  }

  function firstDifference(one: Buffer, two: Buffer): number {
    if (one.equals(two)) return -1;
    const at = one.findIndex((byte, index) => byte !== two[index]);
    return at === -1 ? one.length : at;
  }
});

describe('reading the golden bundle', () => {
  it.each([
    ['a file', async () => await openFileInput(goldenFile)],
    ['a pipe', async () => pipeOf(await readFile(goldenFile), 777)],
  ])('proves every byte of it from %s', async (_way, open) => {
    await using input = await open();
    const { bundle, blobs } = await proveInput(input, await trust());
    expect(bundle.digest).toBe(goldenDigest);
    expect(bundle.notes).toEqual([]);
    expect(bundle.manifest.images.map(({ repository, tags }) => ({ repository, tags }))).toEqual([
      { repository: 'example/app', tags: ['1.0', 'latest'] },
      { repository: 'example/legacy', tags: ['2'] },
      { repository: 'example/multi', tags: ['3'] },
    ]);
    expect(blobs.size).toBe(bundle.manifest.entries.length - 3 - 6);
  });
});
