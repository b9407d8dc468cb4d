/** What a tag points to, from registries that say it in the headers, in the bytes or nowhere. */
import { describe, expect, it } from '@jest/globals';
import { answering, asking, json, reply } from '@sallyport/testing';
import { mediaTypes } from '../content/media-types.js';

const ociIndex = mediaTypes.ociIndex;
const { content, bytes } = json(ociIndex, { schemaVersion: 2, mediaType: ociIndex, manifests: [] });
const right = { 'Content-Type': ociIndex, 'Docker-Content-Digest': content.digest };

describe('resolving a tag', () => {
  it('needs one HEAD, and asks for every type it reads', async () => {
    const { result, seen, headers } = await asking(answering(200, right, bytes), (app) =>
      app.resolve('v1'),
    );
    expect(result).toEqual({ status: 'fulfilled', value: content });
    expect(seen).toEqual(['HEAD /v2/app/manifests/v1']);
    for (const type of [
      ociIndex,
      mediaTypes.ociManifest,
      mediaTypes.dockerManifest,
      mediaTypes.dockerManifestList,
    ]) {
      expect(headers[0]?.accept).toContain(type);
    }
    expect(headers[0]?.['accept-encoding']).toBe('identity');
  });

  for (const [what, headers] of [
    ['without a digest', { 'Content-Type': ociIndex }],
    ['with a digest of another kind', { 'Content-Type': ociIndex, 'Docker-Content-Digest': 'abc' }],
    ['without a type', { 'Docker-Content-Digest': content.digest }],
    ['with a type that says nothing', { ...right, 'Content-Type': 'text/plain' }],
    [
      'with parameters in the type',
      { ...right, 'Content-Type': `${ociIndex.toUpperCase()}; charset=utf-8` },
    ],
  ] as const) {
    it(`looks at the bytes of an answer ${what}`, async () => {
      const { result } = await asking(answering(200, headers, bytes), (app) => app.resolve('v1'));
      expect(result).toEqual({ status: 'fulfilled', value: content });
    });
  }

  for (const [what, headers] of [
    ['is that of a compressed body', { 'Content-Encoding': 'gzip', 'Content-Length': 7 }],
    ['is none', { 'Content-Length': 0 }],
  ] as const) {
    it(`looks at the bytes where the length that HEAD tells ${what}`, async () => {
      const { result, seen } = await asking(
        (request, response) => {
          const told = request.method === 'HEAD' ? headers : {};
          reply(response, 200, { ...right, ...told }, bytes);
        },
        (app) => app.resolve('v1'),
      );
      expect(result).toEqual({ status: 'fulfilled', value: content });
      expect(seen).toHaveLength(2);
    });
  }

  for (const status of [400, 403, 405, 404]) {
    it(`asks with GET where HEAD is answered with ${status}`, async () => {
      const { result, seen } = await asking(
        (request, response) => {
          reply(response, request.method === 'HEAD' ? status : 200, right, bytes);
        },
        (app) => app.resolve('v1'),
      );
      expect(result).toEqual({ status: 'fulfilled', value: content });
      expect(seen).toHaveLength(2);
    });
  }

  it('says that it is not there, in the words of the registry', async () => {
    const body = JSON.stringify({
      errors: [{ code: 'MANIFEST_UNKNOWN', message: 'gone\u001b[31m' }],
    });
    const { result } = await asking(answering(404, {}, body), (app) => app.resolve('v1'));
    expect(result).toMatchObject({
      reason: {
        code: 'CONTENT_NOT_FOUND',
        cause: {
          code: 'REGISTRY_NOT_FOUND',
          serverCode: 'MANIFEST_UNKNOWN',
          serverMessage: 'gone\\u001b[31m',
        },
      },
    });
  });

  it('knows a type by its shape when nobody says it', async () => {
    const image = json('', { schemaVersion: 2, config: {}, layers: [] });
    const { result } = await asking(answering(200, {}, image.bytes), (app) => app.resolve('v1'));
    expect(result).toMatchObject({ value: { mediaType: mediaTypes.ociManifest } });
  });

  it('refuses what could be both an image and an index', async () => {
    const both = json('', { schemaVersion: 2, config: {}, layers: [], manifests: [] });
    const { result } = await asking(answering(200, {}, both.bytes), (app) => app.resolve('v1'));
    expect(result.status).toBe('rejected');
  });
});
