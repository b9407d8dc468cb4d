import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { tempDir } from '@sallyport/testing';
import { withFolderLock } from './folder-lock.js';

describe('taking a lock', () => {
  it('lets one in at a time, and all of them in the end', async () => {
    await using folder = await tempDir();
    const lock = join(folder.path, 'lock');
    let inside = 0;
    let mostInside = 0;

    const done = await Promise.all(
      Array.from({ length: 12 }, (_, at) =>
        withFolderLock(lock, async () => {
          inside += 1;
          mostInside = Math.max(mostInside, inside);
          await sleep(1);
          inside -= 1;
          return at;
        }),
      ),
    );

    expect(done).toHaveLength(12);
    expect(mostInside).toBe(1);
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('is not taken from a slow holder that lives', async () => {
    await using folder = await tempDir();
    const lock = join(folder.path, 'lock');
    const order: string[] = [];

    // Holds it for longer than a dead holder is waited for.
    const slow = withFolderLock(lock, async () => {
      await sleep(2_500);
      order.push('slow');
    });
    const next = withFolderLock(lock, async () => {
      order.push('next');
    });
    await Promise.all([slow, next]);

    expect(order).toEqual(['slow', 'next']);
  });

  it('is given back when the work fails', async () => {
    await using folder = await tempDir();
    const lock = join(folder.path, 'lock');
    const failure = new Error('disk full');

    await expect(withFolderLock(lock, () => Promise.reject(failure))).rejects.toBe(failure);

    expect(await readdir(folder.path)).toEqual([]);
  });
});
