/** Manifests from registries that leave out, contradict, encode or invent. */
import { describe, expect, it } from '@jest/globals';
import { answering, asking, json } from '@sallyport/testing';
import { buffer } from 'node:stream/consumers';
import { digestOf } from '../content/digest.js';
import { maxManifestBytes } from '../content/limits.js';
import { mediaTypes } from '../content/media-types.js';
import type { Repository } from './repository.js';

const ociIndex = mediaTypes.ociIndex;
const { content, bytes } = json(ociIndex, { schemaVersion: 2, mediaType: ociIndex, manifests: [] });
const right = { 'Content-Type': ociIndex, 'Docker-Content-Digest': content.digest };

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
          message: expect.stringMatching(/v1 of .*\/app: .*schema 1/),
          hint: expect.stringContaining('push the image again'),
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

  it('does not take a web page for a manifest because it reads like one', async () => {
    const page = answering(200, { 'Content-Type': 'text/html' }, bytes);
    const { result } = await asking(page, (app) => app.resolve('v1'));
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

  it('refuses bytes under a tag that are not those of the digest in the header', async () => {
    const wrong = { 'Content-Type': 'text/plain', 'Docker-Content-Digest': digestOf('other') };
    const { result } = await asking(answering(200, wrong, bytes), (app) => app.resolve('v1'));
    expect(result).toMatchObject({
      reason: {
        code: 'CONTENT_DIGEST_MISMATCH',
        message: expect.stringContaining(digestOf('other')),
      },
    });
  });

  it('refuses another digest than the one that was asked for before it reads anything', async () => {
    const other = { ...right, 'Docker-Content-Digest': digestOf('other') };
    const { result, seen } = await asking(answering(200, other, bytes), (app) =>
      app.resolve(content.digest),
    );
    expect(result).toMatchObject({ reason: { code: 'CONTENT_DIGEST_MISMATCH' } });
    expect(seen).toHaveLength(1);
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
