/** Manifests from registries that leave out, contradict, encode or invent, and into those that pretend. */
import { describe, expect, it } from '@jest/globals';
import {
  bodyOf,
  json,
  opening,
  reply,
  startLoopbackServer,
  type Answering,
} from '@sallyport/testing';
import { buffer } from 'node:stream/consumers';
import { digestOf } from '../content/digest.js';
import { maxManifestBytes } from '../content/limits.js';
import { mediaTypes } from '../content/media-types.js';
import { RegistryClient } from './registry-client.js';
import type { Repository } from './repository.js';

const ociIndex = mediaTypes.ociIndex;
const { content, bytes } = json(ociIndex, { schemaVersion: 2, mediaType: ociIndex, manifests: [] });
const right = { 'Content-Type': ociIndex, 'Docker-Content-Digest': content.digest };

async function asking<Value>(answer: Answering, ask: (repository: Repository) => Promise<Value>) {
  await using server = await startLoopbackServer(answer);
  await using client = new RegistryClient({ plainHttp: [server.host], retry: { maxRetries: 0 } });
  const [result] = await Promise.allSettled([ask(client.repository(server.host, 'app'))]);
  return { result, seen: server.seen, headers: server.headers };
}

function answering(
  status: number,
  headers: Record<string, string>,
  body: Uint8Array | string,
): Answering {
  return (_, response) => {
    reply(response, status, headers, body);
  };
}

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

describe('refusing what is not a manifest of today', () => {
  const schema1 = JSON.stringify({ schemaVersion: 1, name: 'app', fsLayers: [] });
  for (const [how, type, body] of [
    ['by its type', mediaTypes.dockerSchema1, schema1],
    ['by the type of its signed form', mediaTypes.dockerSchema1Signed, schema1],
    ['by its version, sent as text', 'text/plain', schema1],
  ] as const) {
    it(`names Docker schema 1 ${how}`, async () => {
      const { result } = await asking(answering(200, { 'Content-Type': type }, body), (app) =>
        app.resolve('v1'),
      );
      expect(result).toMatchObject({
        reason: {
          code: 'MANIFEST_UNSUPPORTED',
          message: expect.stringContaining('schema 1'),
        },
      });
    });
  }

  it('names a web page', async () => {
    const { result } = await asking(
      answering(200, { 'Content-Type': 'text/html; charset=utf-8' }, '<html>Log in</html>'),
      (app) => app.resolve('v1'),
    );
    expect(result).toMatchObject({ reason: { code: 'REGISTRY_NOT_A_REGISTRY' } });
  });

  it('refuses a document that contradicts its own type', async () => {
    const type = { 'Content-Type': mediaTypes.ociManifest };
    const { result } = await asking(answering(200, type, bytes), (app) => app.resolve('v1'));
    expect(result).toMatchObject({ reason: { code: 'REGISTRY_PROTOCOL' } });
  });
});

describe('reading a manifest', () => {
  const fetching = async (app: Repository) => buffer(await app.fetch(content));

  it('gives bytes that were proven', async () => {
    const { result } = await asking(answering(200, right, bytes), fetching);
    expect(result).toEqual({ status: 'fulfilled', value: bytes });
  });

  it('refuses other bytes, whatever the header says', async () => {
    const other = json(ociIndex, { schemaVersion: 2, mediaType: ociIndex, manifests: [], x: 1 });
    const own = { ...right, 'Docker-Content-Digest': other.content.digest };
    for (const headers of [right, own, { 'Content-Type': ociIndex }]) {
      const { result } = await asking(answering(200, headers, other.bytes), fetching);
      expect(result).toMatchObject({ reason: { code: 'CONTENT_DIGEST_MISMATCH' } });
    }
  });

  it('refuses bytes that were encoded on their way', async () => {
    const encoded = { ...right, 'Content-Encoding': 'gzip' };
    const { result } = await asking(answering(200, encoded, bytes), fetching);
    expect(result).toMatchObject({ reason: { code: 'REGISTRY_PROTOCOL' } });
  });

  it('does not hold more than a manifest may have', async () => {
    for (const announce of [true, false]) {
      const { result } = await asking((_, response) => {
        const length = announce ? { 'Content-Length': 10 * maxManifestBytes } : {};
        response.writeHead(200, { ...right, ...length });
        const timer = setInterval(() => response.write(Buffer.alloc(1_000_000, ' ')), 1);
        response.on('close', () => {
          clearInterval(timer);
        });
      }, fetching);
      expect(result).toMatchObject({ reason: { code: 'REGISTRY_TOO_LARGE' } });
    }
  });
});

describe('storing a manifest', () => {
  const pushing = (app: Repository) => app.pushTagged(content, opening(bytes), 'v1');

  it('stores the exact bytes with their type under the tag', async () => {
    let stored: Buffer | undefined;
    const { result, seen, headers } = await asking(async (request, response) => {
      if (request.method === 'PUT') {
        stored = await bodyOf(request);
        reply(response, 201, { 'Docker-Content-Digest': digestOf(stored) });
      } else reply(response, 404);
    }, pushing);
    expect(result.status).toBe('fulfilled');
    expect(stored).toEqual(bytes);
    expect(seen).toEqual(['HEAD /v2/app/manifests/v1', 'PUT /v2/app/manifests/v1']);
    expect(headers[1]?.['content-type']).toBe(ociIndex);
  });

  it('leaves a tag alone that points there already', async () => {
    const { result, seen } = await asking(answering(200, right, bytes), pushing);
    expect(result.status).toBe('fulfilled');
    expect(seen).toEqual(['HEAD /v2/app/manifests/v1']);
  });

  it('reads back what was stored when the answer does not say it', async () => {
    let isStored = false;
    const { result, seen } = await asking(async (request, response) => {
      if (request.method !== 'PUT') {
        reply(response, isStored ? 200 : 404, right, bytes);
        return;
      }
      await bodyOf(request);
      isStored = true;
      reply(response, 201);
    }, pushing);
    expect(result.status).toBe('fulfilled');
    expect(seen).toHaveLength(3);
  });

  it('finds out when the tag did not move', async () => {
    const { result } = await asking(async (request, response) => {
      await bodyOf(request);
      reply(response, request.method === 'PUT' ? 201 : 404);
    }, pushing);
    expect(result).toMatchObject({ reason: { code: 'CONTENT_DIGEST_MISMATCH' } });
  });

  for (const [status, code, expected] of [
    [400, 'MANIFEST_BLOB_UNKNOWN', 'REGISTRY_BLOB_UNKNOWN'],
    [404, 'BLOB_UNKNOWN', 'REGISTRY_BLOB_UNKNOWN'],
    [404, 'NAME_UNKNOWN', 'REGISTRY_NOT_FOUND'],
    [400, 'TAG_INVALID', 'REGISTRY_REFUSED'],
    [415, 'MANIFEST_INVALID', 'REGISTRY_REFUSED'],
    [409, 'TAG_IMMUTABLE', 'REGISTRY_REFUSED'],
    [413, 'SIZE_INVALID', 'REGISTRY_TOO_LARGE'],
    [403, 'DENIED', 'REGISTRY_DENIED'],
    [429, 'TOOMANYREQUESTS', 'REGISTRY_RATE_LIMITED'],
    [503, 'UNAVAILABLE', 'REGISTRY_UNAVAILABLE'],
  ] as const) {
    it(`tells ${status} ${code} as ${expected}`, async () => {
      const { result } = await asking(async (request, response) => {
        await bodyOf(request);
        const body = JSON.stringify({ errors: [{ code, message: 'because' }] });
        reply(response, request.method === 'PUT' ? status : 404, {}, body);
      }, pushing);
      expect(result).toMatchObject({
        reason: { code: expected, status, serverCode: code, serverMessage: 'because' },
      });
    });
  }
});
