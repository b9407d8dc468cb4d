/**
 * A bundle with one bit changed is never proven, wherever that bit is.
 *
 * One place is different on purpose: the hint of a signature only says which
 * key to try first, so changing it costs a note and nothing else.
 */
import { describe, expect, it } from '@jest/globals';
import {
  handmadeBundle,
  tempDir,
  testSigner,
  tinyImage,
  type HandmadeBundle,
} from '@sallyport/testing';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError, digestOf } from 'oras-js';
import { pipeOf, trusting } from '../test-bundles/proving.test.js';
import type { BundleInput } from './bundle-input.js';
import { openFileInput } from './file-input.js';
import { openBundle } from './open-bundle.js';

const endBytes = 1024;

async function smallBundle(): Promise<HandmadeBundle> {
  const image = await tinyImage({ layerBytes: [1] });
  return await handmadeBundle({ images: [{ image }] });
}

interface Outcome {
  /** Undefined when the bundle was accepted. */
  readonly error: unknown;
  readonly notes: readonly string[];
  /** Whether a blob was handed over whole that is not what its digest says. */
  readonly sawWrong: boolean;
}

async function outcomeOf(input: BundleInput, publicKeyPem: string): Promise<Outcome> {
  let sawWrong = false;
  let notes: readonly string[] = [];
  try {
    const bundle = await openBundle(input, trusting(publicKeyPem));
    notes = bundle.notes;
    await bundle.proveBlobs(async ({ content, open: openBlob }) => {
      const pieces: Uint8Array[] = [];
      for await (const piece of await openBlob()) pieces.push(piece);
      sawWrong ||= digestOf(Buffer.concat(pieces)) !== content.digest;
    });
    return { error: undefined, notes, sawWrong };
  } catch (error) {
    return { error, notes, sawWrong };
  }
}

/** Every byte of headers; of contents their ends and every 13th byte, of padding and the end every third. */
function offsetsOf({ bytes, entries }: HandmadeBundle): readonly number[] {
  const isTried = (offset: number): boolean => {
    const entry = entries.findLast(({ headerAt }) => offset >= headerAt);
    const at = offset - (entry?.contentAt ?? 0);
    const length = entry?.bytes.length ?? 0;
    if (at < 0 || at === length - 1 || at === length || offset === bytes.length - 1) return true;
    return at % (at < length ? 13 : 3) === 0;
  };
  return [...bytes.keys()].filter(isTried);
}

function flip(bytes: Buffer, offset: number): void {
  bytes[offset] = (bytes[offset] ?? 0) ^ (1 << (offset % 7));
}

// No matcher on each of thousands of offsets: they would take longer than the reading does.
function broken(offset: number, cause: unknown): Error {
  return new Error(`expected a refusal of byte ${offset}`, { cause });
}

describe('proving a bundle with one bit changed', () => {
  it('refuses it from a pipe at every byte but those of the hint', async () => {
    const made = await smallBundle();
    const slot = made.entries[1];
    const hintAt = (slot?.contentAt ?? 0) + String(slot?.bytes).indexOf('"hint":"') + 8;
    const accepted: number[] = [];

    for (const offset of offsetsOf(made)) {
      flip(made.bytes, offset);
      const { error, notes, sawWrong } = await outcomeOf(pipeOf(made.bytes), made.publicKeyPem);
      flip(made.bytes, offset);
      if (sawWrong || !(error === undefined || error instanceof CodedError))
        throw broken(offset, error);
      if (error !== undefined) continue;
      accepted.push(offset);
      expect(notes).toEqual([expect.stringContaining('names no trusted key')]);
    }

    expect(accepted.every((offset) => offset >= hintAt && offset < hintAt + 44)).toBe(true);
  });

  // What stands before the blobs is read by the same calls from both.
  it('refuses it from a file in every block from the first blob on', async () => {
    await using dir = await tempDir();
    const file = join(dir.path, 'b.tar');
    const made = await smallBundle();
    await writeFile(file, made.bytes);
    await using handle = await open(file, 'r+');
    const firstBlobAt = made.entries.at(-2)?.headerAt ?? 0;

    for (let offset = firstBlobAt; offset < made.bytes.length; offset += 31) {
      flip(made.bytes, offset);
      await handle.write(made.bytes, offset, 1, offset);
      await using input = await openFileInput(file);
      const { error, sawWrong } = await outcomeOf(input, made.publicKeyPem);
      flip(made.bytes, offset);
      await handle.write(made.bytes, offset, 1, offset);
      if (sawWrong || !(error instanceof CodedError)) throw broken(offset, error);
    }

    await using untouched = await openFileInput(file);
    expect((await outcomeOf(untouched, made.publicKeyPem)).error).toBeUndefined();
  });

  it.each([
    ['the list', 'SIGNATURE_WRONG', 600],
    ['a signature', 'SIGNATURE_INVALID', 512 + 2048],
  ])('says of %s that it is %s', async (_where, code, offset) => {
    const made = await smallBundle();
    const at = offset === 600 ? offset : (made.entries[2]?.headerAt ?? 0) - 1;
    made.bytes[at] = (made.bytes[at] ?? 0) ^ 1;
    const { error } = await outcomeOf(pipeOf(made.bytes), made.publicKeyPem);
    expect(error).toMatchObject({ code });
  });

  it.each([
    ['the header of a manifest', -3, 'headerAt', 'BUNDLE_HEADER_MISMATCH'],
    ['a manifest', -3, 'contentAt', 'CONTENT_DIGEST_MISMATCH'],
    ['the header of a layer', -1, 'headerAt', 'BUNDLE_HEADER_MISMATCH'],
    ['a config', -2, 'contentAt', 'CONTENT_DIGEST_MISMATCH'],
  ] as const)('says of %s what is wrong with it', async (_where, index, field, code) => {
    const made = await smallBundle();
    const at = made.entries.at(index)?.[field] ?? 0;
    made.bytes[at] = (made.bytes[at] ?? 0) ^ 1;
    const { error } = await outcomeOf(pipeOf(made.bytes), made.publicKeyPem);
    expect(error).toMatchObject({ code });
  });

  it.each([
    ['padding', endBytes + 1],
    ['the end blocks', 1],
  ])('says of %s that zeros were expected', async (_where, fromEnd) => {
    const made = await smallBundle();
    made.bytes[made.bytes.length - fromEnd] = 1;
    const { error } = await outcomeOf(pipeOf(made.bytes), made.publicKeyPem);
    expect(error).toMatchObject({ code: 'BUNDLE_PADDING' });
  });

  it('does not let a good signature hide a bad one of another trusted key', async () => {
    const [alice, bob] = [testSigner(), testSigner()];
    const made = await handmadeBundle({ signers: [alice, bob] });
    const second = made.entries[2];
    const wrong = { ...bob, slot: () => bob.slot(Buffer.from('another list')) };
    const forged = await handmadeBundle({ signers: [alice, wrong] });
    expect(second?.name).toBe('sallyport/bundle.json.2.sigstore.json');
    await expect(
      openBundle(pipeOf(forged.bytes), trusting(alice.publicKeyPem, bob.publicKeyPem)),
    ).rejects.toMatchObject({ code: 'SIGNATURE_WRONG' });
  });
});
