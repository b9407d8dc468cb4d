/** Who fetches a part that came back: its own connection while that goes on, else the next that is free. */
import { describe, expect, it } from '@jest/globals';
import { tempDir } from '@sallyport/testing';
import { join } from 'node:path';
import { digestOf } from 'oras-js';
import { thisProcess } from '../owner/lock-owner.js';
import { BlobAssembly } from './blob-assembly.js';
import { Journal } from './journal.js';
import { PartialFile } from './partial-file.js';
import { SegmentQueue } from './segment-queue.js';

const size = 40 * 1024 * 1024;

describe('a part that comes back from another connection', () => {
  it.each([true, false])(
    'when the one before it is full and still written: %s',
    async (isWritten) => {
      await using folder = await tempDir();
      const file = await PartialFile.create(join(folder.path, 'b.tar'));
      const journal = await Journal.create(join(folder.path, 'journal'), await thisProcess());
      const entry = { path: 'blobs/sha256/x', digest: digestOf(Buffer.alloc(0)), size };
      const blob = new BlobAssembly({ entry, headerAt: 0, contentAt: 512 }, { file, journal });
      const queue = new SegmentQueue([blob], 'always');
      const first = (await queue.next(undefined))?.segment;
      const tail = await queue.next(undefined);
      if (first === undefined || tail === undefined) throw new Error('expected two parts');
      expect([first.end, tail.segment?.end]).toEqual([size / 2, size]);

      first.written = first.end;
      first.isBeingFilled = isWritten;
      queue.unsplit(tail);
      expect(blob.segments).toEqual([first]);
      expect(first.end).toBe(size);
      const again = (await queue.next(undefined))?.segment;
      expect(again).toBe(isWritten ? undefined : first);
      await journal.remove();
      await file.discard();
    },
  );
});
