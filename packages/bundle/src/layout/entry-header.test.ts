/** The 512 bytes before an entry, held against the page of the format and against other people's tar. */
import { describe, expect, it } from '@jest/globals';
import { describeWith, handmadeHeader, runProgram, tempDir } from '@sallyport/testing';
import { open } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import { blobPath } from '../list/blob-path.js';
import { entryHeader, paddingOf } from './entry-header.js';

const path = blobPath(`sha256:${'5a'.repeat(32)}`);
const sizes = [0, 1, 511, 512, 513, 2 ** 31, 2 ** 32, 2 ** 33 - 1, 2 ** 33, 2 ** 33 + 1, 2 ** 40];

describe('making the header of an entry', () => {
  it.each([...sizes, Number.MAX_SAFE_INTEGER])(
    'gives the prescribed bytes for %d bytes',
    async (size) => {
      expect((await entryHeader(path, size)).equals(handmadeHeader(path, size))).toBe(true);
    },
  );

  it('spells a size in octal up to one byte below 8 GiB, and in base-256 from there', async () => {
    const field = async (size: number): Promise<string> =>
      (await entryHeader(path, size)).toString('hex', 124, 136);
    expect(await field(2 ** 33 - 1)).toBe(Buffer.from('77777777777 ').toString('hex'));
    expect(await field(2 ** 33)).toBe('800000000000000200000000');
  });

  it.each([
    [0, 0],
    [1, 511],
    [511, 1],
    [512, 0],
    [2 ** 33 + 1, 511],
  ])('pads %d bytes with %d zeros', (size, padding) => {
    expect(paddingOf(size)).toBe(padding);
  });
});

/** A sparse file: one entry of `size` zeros, its padding and the end blocks. */
async function sparseTar(file: string, size: number): Promise<void> {
  await using handle = await open(file, 'wx');
  await handle.write(await entryHeader(path, size));
  await handle.truncate(512 + size + paddingOf(size) + 1024);
}

describeWith(['tar'], 'reading an entry with GNU tar', () => {
  it.each(sizes)('finds one plain file of %d bytes', async (size) => {
    await using dir = await tempDir();
    const file = join(dir.path, 'sparse.tar');
    await sparseTar(file, size);
    const { code, stdout, stderr } = await runProgram(
      'tar',
      ['--utc', '--full-time', '--numeric-owner', '-tvf', file],
      { env: { LC_ALL: 'C', TZ: 'UTC' } },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trim().split(/\s+/)).toEqual([
      '-rw-r--r--',
      '0/0',
      String(size),
      '1970-01-01',
      '00:00:00',
      path,
    ]);
  });
});

describe('reading an entry with tar-stream', () => {
  it.each([0, 1, 511, 512, 513])('finds one plain file of %d bytes, without PAX', async (size) => {
    await using dir = await tempDir();
    const file = join(dir.path, 'sparse.tar');
    await sparseTar(file, size);
    const found: Header[] = [];
    const reading = extract();
    reading.on('entry', (header, content, next) => {
      found.push(header);
      content.on('end', next).resume();
    });
    await pipeline(createReadStream(file), reading);
    expect(found).toEqual([expect.objectContaining({ name: path, size, type: 'file', pax: null })]);
  });
});
