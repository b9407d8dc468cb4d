/** What a target gives back. */
import { jestGlobals } from '../jest-globals.js';
import { noise } from '../tiny-layer.js';
import { opening } from '../tiny-image.js';
import { blobOf, bytesOf, coded } from './contract-content.js';
import type { MakeSubject } from './contract-subject.js';

export function readingContract(make: MakeSubject): void {
  const { describe, expect, it } = jestGlobals();

  describe('reading', () => {
    it('gives back the bytes that were pushed', async () => {
      await using subject = await make();
      const bytes = noise('reading', 3 * 1024 * 1024 + 1);
      const blob = blobOf(bytes);
      await subject.target.push(blob, opening(bytes));

      const read = await bytesOf(subject.target.fetch(blob));

      expect(read.equals(bytes)).toBe(true);
    });

    it.each([
      [{ start: 4, end: 9 }, 'quick'],
      [{ start: 10 }, 'brown fox'],
      [{ end: 3 }, 'the'],
    ])('gives back only the range %j', async (range, expected) => {
      await using subject = await make();
      const text = 'the quick brown fox';
      const blob = blobOf(text);
      await subject.target.push(blob, opening(Buffer.from(text)));

      expect((await bytesOf(subject.target.fetch(blob, range))).toString()).toBe(expected);
    });

    it('says that content is not there', async () => {
      await using subject = await make();
      const blob = blobOf('never pushed');

      expect(await subject.target.exists(blob)).toBe(false);
      await expect(bytesOf(subject.target.fetch(blob))).rejects.toMatchObject(
        coded('CONTENT_NOT_FOUND'),
      );
    });

    it('does not begin when it is aborted already', async () => {
      await using subject = await make();
      const blob = blobOf('some bytes');
      await subject.target.push(blob, opening(Buffer.from('some bytes')));
      const reason = new Error('interrupted');

      const read = bytesOf(subject.target.fetch(blob, { signal: AbortSignal.abort(reason) }));

      await expect(read).rejects.toBe(reason);
    });
  });
}
