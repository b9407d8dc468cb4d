/** What a target refuses, and that nothing of it stays. */
import { jestGlobals } from '../jest-globals.js';
import { opening } from '../tiny-image.js';
import { blobOf, coded, deaf, failingAfter, stallingAfter } from './contract-content.js';
import type { ContractSubject, MakeSubject } from './contract-subject.js';

const wanted = 'the right bytes';

export function refusingContract(make: MakeSubject): void {
  const { describe, expect, it } = jestGlobals();
  const blob = blobOf(wanted);

  async function expectNothingOf(subject: ContractSubject): Promise<void> {
    expect(await subject.target.exists(blob)).toBe(false);
    expect((await subject.leftovers?.()) ?? []).toEqual([]);
  }

  describe('refusing', () => {
    it.each([
      ['other bytes', 'the wrong bytes', 'CONTENT_DIGEST_MISMATCH'],
      ['too few bytes', 'the right', 'CONTENT_SIZE_MISMATCH'],
      ['too many bytes', 'the right bytes, and more', 'CONTENT_SIZE_MISMATCH'],
    ] as const)('keeps nothing of %s', async (_what, wrong, code) => {
      await using subject = await make();

      const push = subject.target.push(blob, opening(Buffer.from(wrong)));

      await expect(push).rejects.toMatchObject(coded(code));
      await expectNothingOf(subject);
    });

    it('keeps nothing of a source that cannot be opened', async () => {
      await using subject = await make();
      const failure = new Error('no such file');

      await expect(subject.target.push(blob, () => Promise.reject(failure))).rejects.toBe(failure);

      await expectNothingOf(subject);
    });

    it('keeps nothing of a source that fails half-way, and takes it the next time', async () => {
      await using subject = await make();
      const failure = new Error('read error');

      await expect(subject.target.push(blob, failingAfter('the', failure))).rejects.toBe(failure);
      await expectNothingOf(subject);
      await subject.target.push(blob, opening(Buffer.from(wanted)));

      expect(await subject.target.exists(blob)).toBe(true);
    });

    it('keeps nothing of a push that is aborted half-way', async () => {
      await using subject = await make();
      const stop = new AbortController();
      const reason = new Error('interrupted');
      const source = stallingAfter('the', () => {
        stop.abort(reason);
      });

      await expect(subject.target.push(blob, source, { signal: stop.signal })).rejects.toBe(reason);

      await expectNothingOf(subject);
    });

    it('stops a source that does not know it was aborted', async () => {
      await using subject = await make();
      const stop = new AbortController();
      const reason = new Error('interrupted');
      const source = deaf(wanted, () => {
        stop.abort(reason);
      });

      await expect(subject.target.push(blob, source, { signal: stop.signal })).rejects.toBe(reason);

      await expectNothingOf(subject);
    });

    it('does not begin a push that is aborted already', async () => {
      await using subject = await make();
      const reason = new Error('interrupted');
      const signal = AbortSignal.abort(reason);

      await expect(
        subject.target.push(blob, opening(Buffer.from(wanted)), { signal }),
      ).rejects.toBe(reason);

      await expectNothingOf(subject);
    });
  });
}
