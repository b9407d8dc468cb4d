/** Whatever a server answers, every question ends: with a coded error, a hint, and words fit for a terminal. */
import { describe, expect, it } from '@jest/globals';
import {
  hostileAnswers,
  json,
  openingPieces,
  shelfBlob,
  shelfBytes,
  startLoopbackServer,
} from '@sallyport/testing';
import { mediaTypes } from '../content/media-types.js';
import { RegistryClient } from './registry-client.js';
import type { Repository } from './repository.js';

const mediaType = mediaTypes.ociIndex;
const { content, bytes } = json(mediaType, { schemaVersion: 2, mediaType, manifests: [] });

async function readAll(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const all = [];
  for await (const item of items) all.push(item);
  return all;
}

const questions: Readonly<Record<string, (app: Repository) => Promise<unknown>>> = {
  'resolving a tag': (app) => app.resolve('v1'),
  'reading a manifest': async (app) => readAll(await app.fetch(content)),
  'reading a blob': async (app) => readAll(await app.fetch(shelfBlob)),
  'listing tags': (app) => readAll(app.tags()),
  'listing referrers': (app) => readAll(app.referrers(content)),
  'storing a manifest': (app) => app.pushTagged(content, openingPieces(bytes), 'v1'),
  'storing a blob': (app) => app.push(shelfBlob, openingPieces(shelfBytes), { force: true }),
};

/** What each may be told as; the first answer that is not as it should be decides. */
const codes: Readonly<Record<keyof typeof hostileAnswers, RegExp>> = {
  'a web page for everything': /NOT_A_REGISTRY|SIZE_MISMATCH/,
  'JSON of something else': /NOT_A_REGISTRY|SIZE_MISMATCH|PROTOCOL/,
  'bytes that are not UTF-8': /NOT_A_REGISTRY|SIZE_MISMATCH|PROTOCOL/,
  'an endless body': /TOO_LARGE|SIZE_MISMATCH|PROTOCOL/,
  'an endless refusal': /REFUSED/,
  'a refusal that colours and moves the cursor': /REFUSED/,
  'a challenge for ever': /UNAUTHORIZED/,
  'fewer bytes than announced': /UNREACHABLE|SIZE_MISMATCH|PROTOCOL/,
  'nothing, and hangs up': /UNREACHABLE/,
  'the status 999': /UNAVAILABLE/,
  'a page that leads to itself': /NOT_A_REGISTRY|SIZE_MISMATCH|PROTOCOL/,
};

const control = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/;

for (const [answer, answering] of Object.entries(hostileAnswers)) {
  describe(`being answered with ${answer}`, () => {
    for (const [question, ask] of Object.entries(questions)) {
      it(`ends ${question}`, async () => {
        await using server = await startLoopbackServer(answering);
        await using client = new RegistryClient({
          plainHttp: [server.host],
          retry: { maxRetries: 1, firstWaitMs: 1 },
        });
        const asked = ask(client.repository(server.host, 'app'));
        await expect(asked).rejects.toMatchObject({
          code: expect.stringMatching(codes[answer] ?? /PROTOCOL|SIZE_MISMATCH/) as unknown,
          message: expect.not.stringMatching(control) as unknown,
          hint: expect.stringMatching(/^.{10,200}$/) as unknown,
        });
      });
    }
  });
}
