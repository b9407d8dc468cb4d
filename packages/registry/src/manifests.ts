/**
 * Manifests, by tag and by digest: the bytes that were pushed, unchanged.
 *
 * A manifest is taken only when everything it lists is here, apart from layers
 * that no registry may share and a subject that may come later.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests
 */
import { isManifestOrIndexType, isTag, readContent, type Descriptor, type Digest } from 'oras-js';
import { checkManifest } from './check-manifest.js';
import type { Exchange } from './exchange.js';
import { digestInvalid, digestToFind, digestToStore, found } from './found.js';
import { isKnownAlready } from './known-already.js';
import { readManifestBody } from './manifest-body.js';
import { referrerName, tagName } from './names.js';
import type { ReadableStore, Registry, WritableStore } from './registry.js';
import { methodRefused, Refusal } from './refusal.js';
import type { RouteOf } from './route.js';

export async function answerManifest(
  { store, writing }: Registry,
  exchange: Exchange,
  route: RouteOf<'manifest'>,
): Promise<void> {
  switch (exchange.method) {
    case 'GET':
    case 'HEAD':
      await sendManifest(store, exchange, route);
      return;
    case 'PUT':
      if (writing !== undefined) {
        await storeManifest(writing.store, exchange, route);
        return;
      }
  }
  throw methodRefused(exchange.method, ['GET', 'HEAD', ...(writing === undefined ? [] : ['PUT'])]);
}

async function sendManifest(
  store: ReadableStore,
  exchange: Exchange,
  route: RouteOf<'manifest'>,
): Promise<void> {
  const content = await findManifest(store, exchange, route);
  const headers = { 'Docker-Content-Digest': content.digest, ETag: `"${content.digest}"` };
  if (isKnownAlready(exchange, content.digest)) {
    exchange.answer(304, headers);
    return;
  }
  const bytes = await readContent(store, content, { signal: exchange.signal });
  exchange.answerBytes(200, content.mediaType, bytes, headers);
}

async function findManifest(
  store: ReadableStore,
  { signal }: Exchange,
  { repository, reference }: RouteOf<'manifest'>,
): Promise<Descriptor> {
  const shown = `${repository}: ${reference.slice(0, 150)}`;
  const missing = new Refusal(404, 'MANIFEST_UNKNOWN', `no manifest ${shown}`);
  if (!reference.includes(':')) {
    if (!isTag(reference)) throw missing;
    return await found(store, tagName(repository, reference), missing, { signal });
  }
  const content = await found(store, digestToFind(reference, missing), missing, { signal });
  // Blobs are not served as manifests: their media type would be a guess.
  if (!isManifestOrIndexType(content.mediaType)) throw missing;
  return content;
}

async function storeManifest(
  store: WritableStore,
  exchange: Exchange,
  { repository, reference }: RouteOf<'manifest'>,
): Promise<void> {
  const { signal } = exchange;
  const wanted = reference.includes(':') ? digestToStore(reference) : undefined;
  if (wanted === undefined && !isTag(reference)) {
    throw new Refusal(
      400,
      'MANIFEST_INVALID',
      `${JSON.stringify(reference.slice(0, 150))} is no tag`,
    );
  }
  const { content, bytes } = await readManifestBody(exchange);
  checkDigest(content.digest, wanted);
  const { subject } = await checkManifest(store, content, bytes, { signal });
  await store.push(content, async () => only(bytes), {
    signal,
  });
  // Named before it is tagged: once the tag is there, so is the answer to "who refers to this?".
  if (subject !== undefined) await store.tag(content, referrerName(repository, content.digest));
  if (wanted === undefined) await store.tag(content, tagName(repository, reference));
  exchange.answer(201, {
    Location: `/v2/${repository}/manifests/${content.digest}`,
    'Docker-Content-Digest': content.digest,
    ...(subject === undefined ? {} : { 'OCI-Subject': subject.digest }),
  });
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

function checkDigest(actual: Digest, wanted: Digest | undefined): void {
  if (wanted === undefined || wanted === actual) return;
  throw digestInvalid(`expected ${wanted}, found bytes that hash to ${actual}`);
}
