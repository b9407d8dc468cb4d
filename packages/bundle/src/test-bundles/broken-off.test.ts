/** A bundle of one large layer that is broken off in the middle, and finished by another run. */
import { describe, expect, it } from '@jest/globals';
import { tempDir } from '@sallyport/testing';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeBundleFile } from '../write/write-bundle-file.js';
import type { OpenEntry, WriteOptions } from '../write/write-options.js';
import { inPieces, largeBundle, mebibyte, type LargeBundle } from './large-bundle.test.js';

export const broken = new Error('the line is dead');
export const id = '01234567-89ab-cdef-0123-456789abcdef';
export const size = 20 * mebibyte;

/** Each blob over one connection: whether a second one helps it depends on how busy this machine is. */
export const oneConnection = { ranges: 'never' } as const satisfies WriteOptions;

export interface Scene extends AsyncDisposable {
  readonly folder: string;
  readonly file: string;
  readonly bundle: LargeBundle;
  /** Each blob over one connection. */
  readonly write: (openEntry: OpenEntry, options?: WriteOptions) => Promise<void>;
  /** Writes it, and compares it with the same bundle written as a stream. */
  readonly finish: (options?: WriteOptions) => Promise<void>;
}

export async function scene(bundle?: LargeBundle): Promise<Scene> {
  const folder = await tempDir();
  const planned = bundle ?? (await largeBundle([['a', size]]));
  const file = join(folder.path, 'b.tar');
  async function write(openEntry: OpenEntry, options?: WriteOptions): Promise<void> {
    await writeBundleFile(file, planned.signed, openEntry, { ...oneConnection, ...options });
  }
  return {
    folder: folder.path,
    file,
    bundle: planned,
    write,
    finish: async (options) => {
      await write(planned.openPart, options);
      const expected = await planned.expected();
      expect((await readFile(file)).equals(expected)).toBe(true);
      expect(await readdir(folder.path)).toEqual(['b.tar']);
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** Breaks off the layer after so many bytes. */
export function breakingAfter({ openPart, layers }: LargeBundle, bytes: number): OpenEntry {
  return async (entry, options) => {
    if (entry.digest !== layers[0]?.digest) return openPart(entry, options);
    return (async function* () {
      yield* inPieces(layers[0]?.bytes.subarray(0, bytes) ?? Buffer.alloc(0));
      throw broken;
    })();
  };
}

export async function breakOff({ file, bundle, write }: Scene, bytes: number): Promise<void> {
  await expect(write(breakingAfter(bundle, bytes))).rejects.toBe(broken);
  expect(await readdir(join(file, '..'))).toEqual(['b.tar.partial', 'b.tar.partial.journal']);
}

/** The lines of a journal that say what was written, but for those that only a run that is not killed has time for. */
export function notes(text: string): string {
  return text
    .split('\n')
    .filter(
      (line) => line.startsWith('sha256:') && Number(line.split(' ').at(-1)) % (8 * mebibyte) === 0,
    )
    .map((line) => `${line}\n`)
    .join('');
}

describe('a bundle that is broken off', () => {
  it('can be finished', async () => {
    await using at = await scene();
    await breakOff(at, 9 * mebibyte);
    await at.finish();
  });
});
