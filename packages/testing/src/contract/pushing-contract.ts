/** What a target takes. */
import { jestGlobals } from '../jest-globals.js';
import { opening } from '../tiny-image.js';
import { noise } from '../tiny-layer.js';
import { blobOf, bytesOf, inPieces } from './contract-content.js';
import type { MakeSubject } from './contract-subject.js';

export function pushingContract(make: MakeSubject): void {
  const { describe, expect, it } = jestGlobals();

  describe('pushing', () => {
    it('takes an empty blob', async () => {
      await using subject = await make();
      const empty = blobOf('');

      await subject.target.push(empty, inPieces('', 1));

      expect(await subject.target.exists(empty)).toBe(true);
      expect(await bytesOf(subject.target.fetch(empty))).toHaveLength(0);
    });

    it('takes bytes in pieces that do not fit any buffer evenly', async () => {
      await using subject = await make();
      const bytes = noise('pieces', 2_500_000);
      const blob = blobOf(bytes);

      await subject.target.push(blob, inPieces(bytes, 70_001));

      expect((await bytesOf(subject.target.fetch(blob))).equals(bytes)).toBe(true);
    });

    it('keeps what is there and does not open the same content again', async () => {
      await using subject = await make();
      const blob = blobOf('once');
      await subject.target.push(blob, opening(Buffer.from('once')));
      let opened = 0;

      await subject.target.push(blob, async () => {
        opened += 1;
        return await opening(Buffer.from('once'))();
      });

      expect(opened).toBe(0);
    });

    it('takes the same content from several pushes at once', async () => {
      await using subject = await make();
      const bytes = noise('at once', 300_000);
      const blob = blobOf(bytes);
      const pushes = Array.from({ length: 5 }, () =>
        subject.target.push(blob, inPieces(bytes, 10_000)),
      );

      await Promise.all(pushes);

      expect((await bytesOf(subject.target.fetch(blob))).equals(bytes)).toBe(true);
      expect((await subject.leftovers?.()) ?? []).toEqual([]);
    });
  });
}
