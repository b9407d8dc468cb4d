/** Manifests whose length is told otherwise with HEAD than with GET: the bytes decide. */
import { describe, expect, it } from '@jest/globals';
import {
  imageOf,
  json,
  reply,
  startLoopbackServer,
  type Answering,
  type TinyContent,
} from '@sallyport/testing';
import { gzipSync } from 'node:zlib';
import { copy } from '../content/copy.js';
import { mediaTypes } from '../content/media-types.js';
import { MemoryStore } from '../stores/memory-store.js';
import { RegistryClient } from './registry-client.js';

const { ociEmpty, ociManifest } = mediaTypes;
const config = json(ociEmpty, {});
const layers = [config.content];
const manifest = json(ociManifest, { schemaVersion: 2, config: config.content, layers });
const image = imageOf([config, manifest]);

/** A registry with this image alone. */
function answering(
  headers: (part: TinyContent, asked: string) => Record<string, string>,
): Answering {
  return ({ method, url = '', headers: { 'accept-encoding': encoding = '' } }, response) => {
    const name = decodeURIComponent(url.split('/').at(-1) ?? '');
    const part =
      name === 'v1' ? manifest : image.contents.find(({ content }) => content.digest === name);
    if (part === undefined) {
      reply(response, 404);
      return;
    }
    const { mediaType, digest } = part.content;
    const isCompressed = method === 'GET' && !encoding.includes('identity');
    const body = isCompressed ? gzipSync(part.bytes) : part.bytes;
    const told = method === 'HEAD' ? headers(part, url) : {};
    const common = { 'Content-Type': mediaType, 'Docker-Content-Digest': digest, ...told };
    reply(response, 200, isCompressed ? { ...common, 'Content-Encoding': 'gzip' } : common, body);
  };
}

async function copying(answer: Answering) {
  await using server = await startLoopbackServer(answer);
  await using client = new RegistryClient({ retry: { maxRetries: 0 } });
  const destination = new MemoryStore();
  const source = client.repository(server.host, 'app');
  const [result] = await Promise.allSettled([
    copy(source, 'v1', destination, { referrers: false }),
  ]);
  const stored = await destination.resolve('v1').catch(() => undefined);
  return { result, stored, seen: server.seen };
}

describe('copying from a registry that tells another length than there is', () => {
  for (const [what, difference] of [
    ['more', 40],
    ['less', -40],
  ] as const) {
    it(`takes the length of the bytes where it told ${what}`, async () => {
      const { result, stored } = await copying(
        answering(({ bytes }) => ({ 'Content-Length': String(bytes.length + difference) })),
      );
      expect(result).toEqual({ status: 'fulfilled', value: image.root });
      expect(stored).toEqual(image.root);
    });
  }

  it('asks for bytes as they are, of which the length is the one that was told', async () => {
    const { result, seen } = await copying(answering(() => ({})));
    expect(result).toEqual({ status: 'fulfilled', value: image.root });
    expect(seen.filter((line) => line.includes('/manifests/'))).toHaveLength(2);
  });

  it('says what is wrong where the tag has moved when it looks again', async () => {
    let at = 0;
    const { result, seen } = await copying(
      answering(() => {
        at += 1;
        const moved = { 'Docker-Content-Digest': `sha256:${String(at).repeat(64)}` };
        return { 'Content-Length': String(6 + at), ...(at === 1 ? {} : moved) };
      }),
    );
    expect(result).toMatchObject({ reason: { code: 'CONTENT_SIZE_MISMATCH' } });
    expect(seen.map((line) => line.split(' ')[0])).toEqual(['HEAD', 'GET', 'HEAD']);
  });
});
