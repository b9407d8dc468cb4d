/** What refers to an image, where there is an API for it and where there is none. */
import { describe, expect, it } from '@jest/globals';
import {
  listOf,
  ReferrerShelf,
  reply,
  signatureNamed,
  signaturesTag,
  signedIndex,
  startLoopbackServer,
} from '@sallyport/testing';
import { mediaTypes } from '../content/media-types.js';
import { cosignTags, fallbackTag } from '../content/referrer-tags.js';
import { RegistryClient } from './registry-client.js';

const { ociIndex } = mediaTypes;

async function listing(shelf: ReferrerShelf) {
  await using server = await startLoopbackServer(shelf.answer);
  await using client = new RegistryClient({ plainHttp: [server.host], retry: { maxRetries: 0 } });
  const found = [];
  for await (const each of client.repository(server.host, 'app').referrers(signedIndex.content))
    found.push(each);
  return found;
}

describe('listing what refers to an image', () => {
  const one = signatureNamed('one');
  const two = signatureNamed('two');

  it('follows the pages of the API and mends a wrong size', async () => {
    const shelf = new ReferrerShelf().hold(one).hold(two);
    shelf.api = (request, response) => {
      const isFirst = request.url?.includes('page') !== true;
      const entry = isFirst ? { ...one.content, size: 999_999 } : two.content;
      const link = isFirst ? { Link: '<?page=2>; rel="next"' } : {};
      reply(
        response,
        200,
        { 'Content-Type': `${ociIndex}; charset=utf-8`, ...link },
        listOf(entry).bytes,
      );
    };
    expect(await listing(shelf)).toEqual([one.content, two.content]);
  });

  it('takes an empty list of the API at its word', async () => {
    const shelf = new ReferrerShelf().hold(one).hold(listOf(one.content), signaturesTag);
    shelf.api = (_, response) => {
      reply(response, 200, { 'Content-Type': ociIndex }, listOf().bytes);
    };
    expect(await listing(shelf)).toEqual([]);
  });

  for (const [what, status, headers, body] of [
    ['404', 404, {}, ''],
    ['400', 400, {}, ''],
    ['405', 405, {}, ''],
    ['406', 406, {}, ''],
    ['401 without more', 401, {}, ''],
    ['a web page', 200, { 'Content-Type': 'text/html' }, '<html>'],
  ] as const) {
    it(`reads the list under the tag where the API answers with ${what}`, async () => {
      const shelf = new ReferrerShelf().hold(one).hold(listOf(one.content), signaturesTag);
      shelf.api = (_, response) => {
        reply(response, status, headers, body);
      };
      expect(await listing(shelf)).toEqual([one.content]);
    });
  }

  it('refuses a flood, in one page or in many, without asking for any of it', async () => {
    for (const perPage of [400_000, 4_000]) {
      const body = `{"manifests":[${'0,'.repeat(perPage)}0]}`;
      let pages = 0;
      const shelf = new ReferrerShelf();
      shelf.api = (_, response) => {
        pages += 1;
        const headers = { 'Content-Type': ociIndex, Link: `<?page=${pages}>; rel="next"` };
        reply(response, 200, headers, body);
      };
      await expect(listing(shelf)).rejects.toMatchObject({ code: 'REGISTRY_TOO_LARGE' });
      expect(pages).toBeLessThanOrEqual(3);
    }
  });

  it('does not take the image itself for a list', async () => {
    expect(await listing(new ReferrerShelf().hold(signedIndex, signaturesTag))).toEqual([]);
  });

  it('does not take an image for a list', async () => {
    expect(await listing(new ReferrerShelf().hold(one, signaturesTag))).toEqual([]);
  });
});

describe('naming tags after a digest', () => {
  it('writes them as other tools do', () => {
    const hex = 'a'.repeat(64);
    expect(fallbackTag(`sha256:${hex}`)).toBe(`sha256-${hex}`);
    expect(cosignTags(`sha256:${hex}`)).toEqual([
      `sha256-${hex}.sig`,
      `sha256-${hex}.att`,
      `sha256-${hex}.sbom`,
    ]);
  });
});
