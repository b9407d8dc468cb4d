/** A bundle of a few large layers, the calls that open them noted. */
import { describe, expect, it } from '@jest/globals';
import { contentOf, imageOf, json, noise, tinyImage } from '@sallyport/testing';
import { buffer } from 'node:stream/consumers';
import { mediaTypes, type Digest, type FetchOptions } from 'oras-js';
import { bundleBytes } from '../write/bundle-bytes.js';
import type { OpenEntry } from '../write/write-options.js';
import { plannedBundle, type PlannedBundle } from './planning.test.js';

export const mebibyte = 1024 * 1024;

export interface Opened {
  readonly digest: Digest;
  readonly start: number;
  readonly end: number;
}

export interface LargeBundle extends PlannedBundle {
  readonly layers: readonly { readonly digest: Digest; readonly bytes: Buffer }[];
  /** Opens the part that is asked for, in pieces of 64 KiB, and notes it. */
  readonly openPart: OpenEntry;
  readonly opened: Opened[];
  /** The whole bundle, as it has to be. */
  readonly expected: () => Promise<Buffer>;
  /** What was opened of one layer. */
  readonly openedOf: (digest: Digest | undefined) => readonly Omit<Opened, 'digest'>[];
}

/** @param layers The seed of each layer's content, and its size in bytes. */
export async function largeBundle(
  layers: readonly (readonly [string, number])[],
): Promise<LargeBundle> {
  const contents = layers.map(([seed, bytes]) =>
    contentOf(mediaTypes.ociLayer, noise(seed, bytes)),
  );
  const { contents: tiny } = await tinyImage();
  const manifest = json(mediaTypes.ociManifest, {
    schemaVersion: 2,
    config: tiny.at(-2)?.content,
    layers: contents.map(({ content }) => content),
  });
  const image = imageOf([...contents, ...tiny.slice(-2, -1), manifest]);
  const planned = await plannedBundle([{ image }]);
  const opened: Opened[] = [];
  const openQuietly: OpenEntry = async (entry, { start = 0, end = entry.size }: FetchOptions) => {
    const whole = planned.made.entries.find(({ name }) => name === entry.path)?.bytes;
    return inPieces(whole?.subarray(start, end) ?? Buffer.alloc(0));
  };
  const openPart: OpenEntry = async (entry, options) => {
    const { start = 0, end = entry.size } = options;
    opened.push({ digest: entry.digest, start, end });
    return openQuietly(entry, options);
  };
  return {
    ...planned,
    layers: contents.map(({ content, bytes }) => ({
      digest: content.digest,
      bytes: Buffer.from(bytes),
    })),
    openPart,
    opened,
    expected: () => buffer(bundleBytes(planned.signed, openQuietly)),
    openedOf: (digest) =>
      opened.filter((each) => each.digest === digest).map(({ start, end }) => ({ start, end })),
  };
}

export async function* inPieces(bytes: Buffer): AsyncGenerator<Buffer, void, undefined> {
  for (let at = 0; at < bytes.byteLength; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

describe('a large bundle', () => {
  it('opens the part that is asked for', async () => {
    const { openPart, signed, layers, openedOf } = await largeBundle([['a', 300_000]]);
    const entry = signed.manifest.entries.find(({ digest }) => digest === layers[0]?.digest);
    if (entry === undefined) throw new Error('expected the layer');
    const chunks = [];
    for await (const chunk of await openPart(entry, { start: 5, end: 100_005 })) chunks.push(chunk);
    expect(
      Buffer.concat(chunks).equals(layers[0]?.bytes.subarray(5, 100_005) ?? Buffer.alloc(0)),
    ).toBe(true);
    expect(openedOf(entry.digest)).toEqual([{ start: 5, end: 100_005 }]);
  });
});
