/** One blob over several connections: when, and what becomes of it where a place gives no parts. */
import { describe, expect, it } from '@jest/globals';
import { eventually, tempDir } from '@sallyport/testing';
import { EventEmitter, once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RegistryError } from 'oras-js';
import {
  inPieces,
  largeBundle,
  mebibyte,
  type LargeBundle,
} from '../test-bundles/large-bundle.test.js';
import { writeBundleFile } from './write-bundle-file.js';
import type { OpenEntry, WriteOptions } from './write-options.js';

const size = 40 * mebibyte;

async function writing(
  bundle: LargeBundle,
  openEntry: OpenEntry,
  options: WriteOptions,
): Promise<void> {
  await using folder = await tempDir();
  const file = join(folder.path, 'b.tar');
  await writeBundleFile(file, bundle.signed, openEntry, options);
  const expected = await bundle.expected();
  expect((await readFile(file)).equals(expected)).toBe(true);
}

/** Gives a first piece of the layer at once, and the rest when `isReady`. */
function slowly(bundle: LargeBundle, isReady: () => void): OpenEntry {
  return async (entry, options) => {
    const bytes = await bundle.openPart(entry, options);
    if (entry.digest !== bundle.layers[0]?.digest || (options.start ?? 0) > 0) return bytes;
    return (async function* () {
      let sent = 0;
      for await (const chunk of bytes) {
        sent += chunk.byteLength;
        if (sent === 2 * mebibyte) await eventually(isReady);
        yield chunk;
      }
    })();
  };
}

describe('fetching one large blob', () => {
  it.each(['auto', 'always'] as const)('halves it while it is slow: %s', async (ranges) => {
    const bundle = await largeBundle([['a', size]]);
    const opened = (): readonly unknown[] => bundle.openedOf(bundle.layers[0]?.digest);
    const openEntry = slowly(bundle, () => {
      expect(opened().length).toBeGreaterThan(1);
    });
    await writing(bundle, openEntry, { ranges, concurrency: 4 });
    const [first, ...others] = bundle.openedOf(bundle.layers[0]?.digest);
    expect(first).toMatchObject({ start: 0 });
    expect(others.length).toBeGreaterThan(0);
    for (const { start, end } of others) expect(end - start).toBeGreaterThanOrEqual(8 * mebibyte);
  });

  it('takes one connection for it where that is wanted', async () => {
    const bundle = await largeBundle([['a', size]]);
    await writing(bundle, bundle.openPart, { ranges: 'never', concurrency: 4 });
    expect(bundle.openedOf(bundle.layers[0]?.digest)).toEqual([{ start: 0, end: size }]);
  });

  it('gives the parts back where only the whole is given', async () => {
    const bundle = await largeBundle([['a', size]]);
    let refused = 0;
    const wholeOnly: OpenEntry = async (entry, options) => {
      if (options.onlyPart !== true) return bundle.openPart(entry, options);
      refused += 1;
      throw new RegistryError('REGISTRY_REFUSED', 'only the whole', { operation: 'reading' });
    };
    const openEntry: OpenEntry = async (entry, options) =>
      options.onlyPart === true
        ? wholeOnly(entry, options)
        : slowly(bundle, () => {
            expect(refused).toBeGreaterThan(0);
          })(entry, options);
    await writing(bundle, openEntry, { ranges: 'always', concurrency: 2 });
    expect(bundle.openedOf(bundle.layers[0]?.digest)).toEqual([{ start: 0, end: size }]);
    expect(refused).toBe(1);
  });

  it('goes on with a part of which some had come when only the whole is given', async () => {
    const bundle = await largeBundle([['a', size]]);
    const came = mebibyte;
    let refused = 0;
    const openEntry: OpenEntry = async (entry, options) => {
      if (options.onlyPart !== true) {
        return slowly(bundle, () => {
          expect(refused).toBeGreaterThan(0);
        })(entry, options);
      }
      const bytes = await bundle.openPart(entry, options);
      return (async function* () {
        let sent = 0;
        for await (const chunk of bytes) {
          if (sent === came) break;
          sent += chunk.byteLength;
          yield chunk;
        }
        refused += 1;
        throw new RegistryError('REGISTRY_REFUSED', 'only the whole', { operation: 'reading' });
      })();
    };
    await writing(bundle, openEntry, { ranges: 'always', concurrency: 2 });
    const [whole, part, rest, ...others] = bundle.openedOf(bundle.layers[0]?.digest);
    expect(whole).toEqual({ start: 0, end: size });
    expect(part?.start).toBeGreaterThanOrEqual(size / 2);
    expect(rest).toEqual({ start: (part?.start ?? 0) + came, end: size });
    expect(others).toEqual([]);
    expect(refused).toBe(1);
  });

  it('lets nobody else into a part that is just being ended when the rest of it comes back', async () => {
    for (let turns = 0; turns < 6; turns += 1) {
      const bundle = await largeBundle([['a', size]]);
      const layer = bundle.layers[0]?.digest;
      const firstHalf = new EventEmitter();
      const openEntry: OpenEntry = async (entry, options) => {
        if (options.onlyPart === true) {
          await once(firstHalf, 'full');
          for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
          throw new RegistryError('REGISTRY_REFUSED', 'only the whole', { operation: 'reading' });
        }
        const bytes = await bundle.openPart(entry, options);
        if (entry.digest !== layer || (options.start ?? 0) > 0) return bytes;
        return (async function* () {
          await eventually(() => {
            expect(firstHalf.listenerCount('full')).toBe(1);
          });
          let sent = 0;
          for await (const chunk of bytes) {
            sent += chunk.byteLength;
            // With it the first half is full; then it is written and noted.
            if (sent === size / 2) setImmediate(() => firstHalf.emit('full'));
            yield chunk;
          }
        })();
      };
      await writing(bundle, openEntry, { ranges: 'always', concurrency: 2 });
      expect(bundle.openedOf(layer)).toEqual([
        { start: 0, end: size },
        { start: size / 2, end: size },
      ]);
    }
  });

  it('proves the parts together', async () => {
    const bundle = await largeBundle([['a', size]]);
    const openEntry: OpenEntry = async (entry, options) => {
      if (options.onlyPart !== true) {
        return slowly(bundle, () => {
          expect(bundle.opened.some(({ start }) => start > 0)).toBe(true);
        })(entry, options);
      }
      await bundle.openPart(entry, options);
      return inPieces(Buffer.alloc((options.end ?? 0) - (options.start ?? 0)));
    };
    await expect(
      writing(bundle, openEntry, { ranges: 'always', concurrency: 2 }),
    ).rejects.toMatchObject({ code: 'CONTENT_DIGEST_MISMATCH' });
  });

  it('fails when a part is too short', async () => {
    const bundle = await largeBundle([['a', size]]);
    const openEntry: OpenEntry = async (entry, options) => {
      const bytes = await slowly(bundle, () => {
        expect(bundle.opened.some(({ start }) => start > 0)).toBe(true);
      })(entry, options);
      return options.onlyPart === true ? inPieces(Buffer.alloc(1000)) : bytes;
    };
    await expect(
      writing(bundle, openEntry, { ranges: 'always', concurrency: 2 }),
    ).rejects.toMatchObject({ code: 'CONTENT_SIZE_MISMATCH' });
  });
});
