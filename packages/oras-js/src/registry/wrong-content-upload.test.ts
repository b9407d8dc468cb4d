/** Sending what is not the content: it must never be closed on the other side. */
import { describe, expect, it } from '@jest/globals';
import {
  bodyOf,
  describeBytes,
  openingPieces,
  pushToShelf,
  reply,
  shelfBlob,
  shelfBytes,
  startLoopbackServer,
  UploadShelf,
} from '@sallyport/testing';
import { setImmediate } from 'node:timers/promises';
import type { OpenContent } from '../content/target.js';
import { RegistryClient } from './registry-client.js';

describe('sending what is not the content', () => {
  const last = Buffer.concat([
    shelfBytes.subarray(0, -1),
    Buffer.from([(shelfBytes.at(-1) ?? 0) ^ 1]),
  ]);
  for (const [what, wrong, code] of [
    ['other bytes', last, 'CONTENT_DIGEST_MISMATCH'],
    ['too few bytes', shelfBytes.subarray(1), 'CONTENT_SIZE_MISMATCH'],
    ['too many bytes', Buffer.concat([shelfBytes, shelfBytes]), 'CONTENT_SIZE_MISMATCH'],
  ] as const) {
    it(`never closes the upload of ${what}, and cancels it`, async () => {
      const shelf = new UploadShelf();
      const { result, methods } = await pushToShelf(shelf, { open: openingPieces(wrong) });
      expect(result).toMatchObject({ reason: { code } });
      expect(methods).not.toContain('PUT');
      expect(methods.at(-1)).toBe('DELETE');
    });

    it(`never completes a single body of ${what}`, async () => {
      const shelf = new UploadShelf();
      shelf.instead = async (request, response) => {
        if (request.method !== 'PATCH') return false;
        await bodyOf(request);
        reply(response, 405);
        return true;
      };
      // Once right, so that the single body is what this registry is known to take.
      await using server = await startLoopbackServer(shelf.answer);
      await using client = new RegistryClient({ plainHttp: [server.host] });
      const repository = client.repository(server.host, 'app');
      await repository.push(shelfBlob, openingPieces(shelfBytes));
      shelf.stored = undefined;
      shelf.commits = 0;
      await expect(repository.push(shelfBlob, openingPieces(wrong))).rejects.toMatchObject({
        code,
      });
      expect(shelf.commits).toBe(0);
    });
  }

  it('holds the last bytes of a single body back until all of them are known to be right', async () => {
    const shelf = new UploadShelf();
    shelf.instead = async (request, response) => {
      if (request.method !== 'PATCH') return false;
      await bodyOf(request);
      reply(response, 405);
      return true;
    };
    const slowlyWrong: OpenContent = async () =>
      (async function* () {
        yield Buffer.from('wro');
        yield Buffer.from('ng');
        // Time enough for both to arrive, if both were sent.
        for (let turn = 0; turn < 50; turn += 1) await setImmediate();
      })();
    const content = describeBytes(Buffer.from('right'));
    await using server = await startLoopbackServer(shelf.answer);
    await using client = new RegistryClient({ plainHttp: [server.host] });
    const repository = client.repository(server.host, 'app');
    await repository.push(content, openingPieces(Buffer.from('right')));
    Object.assign(shelf, { stored: undefined, commits: 0 });
    const push = repository.push(content, slowlyWrong);
    await expect(push).rejects.toMatchObject({ code: 'CONTENT_DIGEST_MISMATCH' });
    expect(shelf.commits).toBe(0);
  });

  it('hands on what the source throws, and does not try again', async () => {
    const broken = new Error('the stick was pulled out');
    const { result, methods } = await pushToShelf(new UploadShelf(), {
      open: () => Promise.reject(broken),
    });
    expect(result).toEqual({ status: 'rejected', reason: broken });
    expect(methods.filter((method) => method === 'POST')).toHaveLength(1);
  });
});
