/** Where everything is in a bundle, held against what other people's tar finds there. */
import { describe, expect, it } from '@jest/globals';
import {
  describeWith,
  handmadeBundle,
  runProgram,
  tempDir,
  testSigner,
  tinyImage,
} from '@sallyport/testing';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import { parseList } from '../list/parse-list.js';
import { layOut, signaturePath, slotOffset } from './bundle-layout.js';

async function bundleOfThree() {
  return await handmadeBundle({
    images: [
      {
        image: await tinyImage({
          layerBytes: [0, 1, 511, 512, 513],
          platforms: ['linux/amd64', 'linux/arm64'],
        }),
      },
    ],
    signers: [testSigner(), testSigner(), testSigner()],
  });
}

describe('laying out a bundle', () => {
  it('places every entry where the bytes are', async () => {
    const made = await bundleOfThree();
    const { entries, fileBytes } = layOut(made.list.byteLength, 3, parseList(made.list).entries);
    expect(
      entries.map(({ entry, headerAt, contentAt }) => [entry.path, headerAt, contentAt]),
    ).toEqual(
      made.entries.slice(4).map(({ name, headerAt, contentAt }) => [name, headerAt, contentAt]),
    );
    expect(fileBytes).toBe(made.bytes.byteLength);
    expect([1, 2, 3].map((number) => slotOffset(made.list.byteLength, number))).toEqual(
      made.entries.slice(1, 4).map(({ contentAt }) => contentAt),
    );
  });

  it('agrees with where tar-stream finds the entries', async () => {
    const made = await bundleOfThree();
    const { entries } = layOut(made.list.byteLength, 3, parseList(made.list).entries);
    const found: unknown[] = [];
    const reading = extract();
    reading.on('entry', (header, content, next) => {
      // Missing in the types.
      const { name, size, byteOffset } = header as Header & { byteOffset: number };
      found.push([name, size, byteOffset]);
      content.on('end', next).resume();
    });
    await pipeline(Readable.from([made.bytes]), reading);
    expect(found.slice(4)).toEqual(
      entries.map(({ entry, contentAt }) => [entry.path, entry.size, contentAt]),
    );
  });

  it('counts beyond 2^32 and 2^33 without losing a byte', () => {
    const digest = `sha256:${'0'.repeat(64)}` as const;
    const sizes = [2 ** 32 + 1, 2 ** 33 + 1, 2 ** 41 + 1];
    const { entries, fileBytes } = layOut(
      1,
      1,
      sizes.map((size) => ({ path: 'x', size, digest })),
    );
    expect(entries.map(({ headerAt }) => headerAt)).toEqual([
      1024 + 2560,
      1024 + 2560 + 512 + 2 ** 32 + 512,
      1024 + 2560 + 2 * 1024 + 2 ** 32 + 2 ** 33,
    ]);
    expect(fileBytes).toBe(1024 + 2560 + 3 * 1024 + 2 ** 32 + 2 ** 33 + 2 ** 41 + 1024);
  });

  it('names eight signatures and no ninth', () => {
    expect(signaturePath(1)).toBe('sallyport/bundle.json.sigstore.json');
    expect(signaturePath(8)).toBe('sallyport/bundle.json.8.sigstore.json');
    for (const number of [0, 9]) expect(() => signaturePath(number)).toThrow(RangeError);
  });
});

describeWith(['tar'], 'listing a bundle with GNU tar', () => {
  it('finds the same entries at the same blocks, and nothing to complain about', async () => {
    await using dir = await tempDir();
    const file = join(dir.path, 'b.tar');
    const made = await bundleOfThree();
    await writeFile(file, made.bytes);
    const { code, stdout, stderr } = await runProgram('tar', ['--block-number', '-tvf', file], {
      env: { LC_ALL: 'C' },
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const listed = stdout.trim().split('\n').slice(0, made.entries.length);
    expect(
      listed.map((line) => [Number(/^block (\d+):/.exec(line)?.[1]) * 512, line.split(' ').at(-1)]),
    ).toEqual(made.entries.map(({ headerAt, name }) => [headerAt, name]));
  });
});
