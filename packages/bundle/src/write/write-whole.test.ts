/** A disk that takes less than it was given is asked again. */
import { describe, expect, it } from '@jest/globals';
import { tempDir } from '@sallyport/testing';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from './write-whole.js';

describe('writing to a disk that takes three bytes at a time', () => {
  it('writes the rest behind them, over the borders of the pieces', async () => {
    await using dir = await tempDir();
    const file = join(dir.path, 'file');
    await using handle = await open(file, 'wx');
    const slow = {
      writev: async (pieces: readonly Uint8Array[], position: number) =>
        await handle.write(
          Buffer.concat(pieces),
          0,
          Math.min(3, Buffer.concat(pieces).length),
          position,
        ),
    };

    await writeWhole(slow, [Buffer.from('salt'), Buffer.from('y'), Buffer.from('port')], 2);

    expect(await readFile(file)).toEqual(Buffer.from('\0\0saltyport'));
  });
});
