/** Manifests into registries that confirm, keep silent, pretend or refuse. */
import { describe, expect, it } from '@jest/globals';
import { answering, asking, bodyOf, json, opening, reply } from '@sallyport/testing';
import { digestOf } from '../content/digest.js';
import { mediaTypes } from '../content/media-types.js';
import type { Repository } from './repository.js';

const ociIndex = mediaTypes.ociIndex;
const { content, bytes } = json(ociIndex, { schemaVersion: 2, mediaType: ociIndex, manifests: [] });
const right = { 'Content-Type': ociIndex, 'Docker-Content-Digest': content.digest };

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

  it('writes it without a question when the caller has just asked', async () => {
    const { result, seen } = await asking(
      async (request, response) => {
        await bodyOf(request);
        reply(response, request.method === 'PUT' ? 201 : 200, right, bytes);
      },
      (app) => app.pushTagged(content, opening(bytes), 'v1', { force: true }),
    );
    expect(result.status).toBe('fulfilled');
    expect(seen).toEqual(['PUT /v2/app/manifests/v1']);
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
