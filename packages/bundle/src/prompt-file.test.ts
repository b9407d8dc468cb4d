/** Small calls of a file: at once where the medium is quick, by threads where it is not. */
import { describe, expect, it, jest } from '@jest/globals';
import { tempDir } from '@sallyport/testing';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { readPieceBytes } from './limits.js';
import { PromptFile, type PromptHandle } from './prompt-file.js';

const bytes = Buffer.from('a small blob');

/** A file with `bytes` in it, and which calls went by a thread. */
async function withFile(
  act: (file: PromptFile, threaded: string[], handle: PromptHandle) => Promise<void>,
): Promise<void> {
  await using dir = await tempDir();
  await using handle = await open(join(dir.path, 'f'), 'wx+');
  await handle.write(bytes);
  const threaded: string[] = [];
  const watched = {
    fd: handle.fd,
    read: async (...call: Parameters<PromptHandle['read']>) => {
      threaded.push('read');
      return await handle.read(...call);
    },
    writev: async (...call: Parameters<PromptHandle['writev']>) => {
      threaded.push('writev');
      return await handle.writev(...call);
    },
  } as unknown as PromptHandle;
  await act(new PromptFile(watched), threaded, handle);
}

const busyFor = (ms: number): void => {
  const until = performance.now() + ms;
  while (performance.now() < until);
};

/** On a medium that takes no time, however busy this machine is. */
async function withQuickFile(
  act: (file: PromptFile, threaded: string[]) => Promise<void>,
): Promise<void> {
  const clock = jest.spyOn(performance, 'now').mockReturnValue(5000);
  try {
    await withFile(act);
  } finally {
    clock.mockRestore();
  }
}

describe('small calls of a file', () => {
  it('read and write at once, after the first', async () => {
    await withQuickFile(async (file, threaded) => {
      const into = Buffer.alloc(bytes.length);
      expect(await file.read(into, 0)).toMatchObject({ bytesRead: bytes.length });
      threaded.length = 0;
      expect(await file.read(into, 2)).toMatchObject({ bytesRead: bytes.length - 2 });
      expect(await file.writev([Buffer.from('A'), Buffer.from('-')], 0)).toMatchObject({
        bytesWritten: 2,
      });
      expect(await file.read(into, 0)).toMatchObject({ bytesRead: bytes.length });
      expect(into.toString()).toBe('A-small blob');
      expect(threaded).toEqual([]);
    });
  });

  it('leave large ones to a thread', async () => {
    await withQuickFile(async (file, threaded) => {
      await file.read(Buffer.alloc(1), 0);
      threaded.length = 0;
      expect(file.readsAtOnce(readPieceBytes)).toBe(true);
      await file.read(Buffer.alloc(readPieceBytes), 0);
      expect(threaded).toEqual([]);
      expect(file.readsAtOnce(readPieceBytes + 1)).toBe(false);
      await file.read(Buffer.alloc(readPieceBytes + 1), 0);
      await file.writev([Buffer.alloc(64 * 1024 + 1)], 0);
      expect(threaded).toEqual(['read', 'writev']);
    });
  });

  it('give the rest of the program its turn every 20 milliseconds', async () => {
    await withFile(async (file) => {
      const into = Buffer.alloc(1);
      const turns: string[] = [];
      setImmediate(() => {
        turns.push('ours');
      });
      const begun = performance.now();
      while (turns.length === 0 && performance.now() - begun < 10_000) await file.read(into, 0);
      expect(turns).toEqual(['ours']);
    });
  });

  it('are left to threads for good where the medium takes long', async () => {
    await withFile(async (file, threaded, handle) => {
      const into = Buffer.alloc(1);
      await file.read(into, 0);
      const slow = {
        ...handle,
        get fd() {
          busyFor(15);
          return handle.fd;
        },
        read: async (...call: Parameters<PromptHandle['read']>) => {
          threaded.push('slow');
          return await handle.read(...call);
        },
      } as unknown as PromptHandle;
      const slowFile = new PromptFile(slow);
      for (let count = 0; count < 20; count += 1) await slowFile.read(into, 0);
      threaded.length = 0;
      for (let count = 0; count < 20; count += 1) await slowFile.read(into, 0);
      expect(threaded).toHaveLength(20);
      expect(slowFile.readsAtOnce(1)).toBe(false);
    });
  });

  it('reject with what the system says', async () => {
    await using dir = await tempDir();
    await using handle = await open(join(dir.path, 'f'), 'wx');
    const file = new PromptFile(handle);
    await file.writev([bytes], 0);
    await expect(file.read(Buffer.alloc(1), 0)).rejects.toMatchObject({ code: 'EBADF' });
    await expect(file.read(Buffer.alloc(1), 0)).rejects.toMatchObject({ code: 'EBADF' });
  });
});
