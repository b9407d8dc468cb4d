/** A registry that keeps manifests by name, and signatures to put there. */
import { digestOf, fallbackTag, mediaTypes } from 'oras-js';
import { bodyOf, reply, type Answering } from './loopback-server.js';
import { json, type TinyContent } from './tiny-image.js';

const { ociIndex, ociManifest, ociEmpty } = mediaTypes;
const child = { mediaType: ociManifest, digest: digestOf('a child'), size: 7 };
/** What the signatures of this file are for. */
export const signedIndex = json(ociIndex, {
  schemaVersion: 2,
  mediaType: ociIndex,
  manifests: [child],
});
/** Where their list is kept without an API for it. */
export const signaturesTag = fallbackTag(signedIndex.content.digest);
const empty = { mediaType: ociEmpty, digest: digestOf('{}'), size: 2 };

export function signatureNamed(name: string): TinyContent {
  return json(ociManifest, {
    schemaVersion: 2,
    mediaType: ociManifest,
    artifactType: 'application/x-signature',
    config: empty,
    layers: [],
    subject: signedIndex.content,
    annotations: { name },
  });
}

export function listOf(...entries: unknown[]): TinyContent {
  return json(ociIndex, { schemaVersion: 2, mediaType: ociIndex, manifests: entries });
}

/** Manifests by name and nothing else: no referrers API. */
export class ReferrerShelf {
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
