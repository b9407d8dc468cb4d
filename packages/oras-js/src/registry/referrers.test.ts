/** What refers to an image, where there is an API for it and where there is none. */
import { describe, expect, it } from '@jest/globals';
import {
  bodyOf,
  json,
  opening,
  reply,
  startLoopbackServer,
  type Answering,
  type TinyContent,
} from '@sallyport/testing';
import { digestOf } from '../content/digest.js';
import { mediaTypes } from '../content/media-types.js';
import { cosignTags, fallbackTag } from '../content/referrer-tags.js';
import { RegistryClient } from './registry-client.js';

const { ociIndex, ociManifest, ociEmpty } = mediaTypes;
const child = { mediaType: ociManifest, digest: digestOf('a child'), size: 7 };
const subject = json(ociIndex, { schemaVersion: 2, mediaType: ociIndex, manifests: [child] });
const tag = fallbackTag(subject.content.digest);
const empty = { mediaType: ociEmpty, digest: digestOf('{}'), size: 2 };

function signature(name: string): TinyContent {
  return json(ociManifest, {
    schemaVersion: 2,
    mediaType: ociManifest,
    artifactType: 'application/x-signature',
    config: empty,
    layers: [],
    subject: subject.content,
    annotations: { name },
  });
}

function listOf(...entries: unknown[]): TinyContent {
  return json(ociIndex, { schemaVersion: 2, mediaType: ociIndex, manifests: entries });
}

/** Manifests by name and nothing else: no referrers API. */
class Shelf {
  readonly manifests = new Map<string, { type: string; bytes: Buffer }>();
  api: Answering = (_, response) => {
    reply(response, 404);
  };

  hold({ content, bytes }: TinyContent, name: string = content.digest): this {
    this.manifests.set(name, { type: content.mediaType, bytes });
    return this;
  }

  readonly answer: Answering = async (request, response) => {
    const { method, url = '' } = request;
    if (url.includes('/referrers/')) return this.api(request, response);
    const name = decodeURIComponent(url.split('/').at(-1) ?? '');
    if (method === 'PUT') {
      const bytes = await bodyOf(request);
      const type = request.headers['content-type'] ?? '';
      for (const key of [name, digestOf(bytes)]) this.manifests.set(key, { type, bytes });
      reply(response, 201, { 'Docker-Content-Digest': digestOf(bytes) });
      return;
    }
    const found = this.manifests.get(name);
    if (found === undefined) reply(response, 404);
    else reply(response, 200, { 'Content-Type': found.type }, found.bytes);
  };
}

async function listing(shelf: Shelf) {
  await using server = await startLoopbackServer(shelf.answer);
  await using client = new RegistryClient({ plainHttp: [server.host], retry: { maxRetries: 0 } });
  const found = [];
  for await (const each of client.repository(server.host, 'app').referrers(subject.content))
    found.push(each);
  return found;
}

describe('listing what refers to an image', () => {
  const one = signature('one');
  const two = signature('two');

  it('follows the pages of the API and mends a wrong size', async () => {
    const shelf = new Shelf().hold(one).hold(two);
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

  for (const [what, status, headers, body] of [
    ['404', 404, {}, ''],
    ['400', 400, {}, ''],
    ['405', 405, {}, ''],
    ['406', 406, {}, ''],
    ['401 without more', 401, {}, ''],
    ['a web page', 200, { 'Content-Type': 'text/html' }, '<html>'],
  ] as const) {
    it(`reads the list under the tag where the API answers with ${what}`, async () => {
      const shelf = new Shelf().hold(one).hold(listOf(one.content), tag);
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
      const shelf = new Shelf();
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
    expect(await listing(new Shelf().hold(subject, tag))).toEqual([]);
  });

  it('does not take an image for a list', async () => {
    expect(await listing(new Shelf().hold(one, tag))).toEqual([]);
  });
});

describe('storing what refers to an image', () => {
  it('adds it to the list under the tag, each once, also when two come at the same time', async () => {
    const shelf = new Shelf().hold(subject);
    await using server = await startLoopbackServer(shelf.answer);
    await using client = new RegistryClient({ plainHttp: [server.host] });
    const signatures = ['one', 'two', 'three'].map(signature);
    const push = ({ content, bytes }: TinyContent) =>
      client.repository(server.host, 'app').push(content, opening(bytes), { force: true });
    await Promise.all([...signatures, ...signatures].map(push));
    const listed = JSON.parse(shelf.manifests.get(tag)?.bytes.toString() ?? '{}') as {
      manifests: unknown[];
    };
    expect(listed.manifests).toHaveLength(3);
    expect(listed.manifests).toContainEqual({
      ...signatures[0]?.content,
      artifactType: 'application/x-signature',
      annotations: { name: 'one' },
    });
  });

  it('leaves that to a registry that does it', async () => {
    const { content, bytes } = signature('one');
    await using server = await startLoopbackServer(async (request, response) => {
      await bodyOf(request);
      const done = {
        'Docker-Content-Digest': content.digest,
        'OCI-Subject': subject.content.digest,
      };
      reply(response, request.method === 'PUT' ? 201 : 404, done);
    });
    await using client = new RegistryClient({ plainHttp: [server.host] });
    await client.repository(server.host, 'app').push(content, opening(bytes));
    expect(server.seen.filter((line) => line.includes(tag))).toEqual([]);
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
