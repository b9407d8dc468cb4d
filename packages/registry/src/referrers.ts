/**
 * Which manifests refer to this one: signatures, SBOMs, attestations.
 *
 * The list is computed from the manifests themselves each time, so it cannot
 * be out of date. That reads every named manifest, which is quick for as many
 * as a small registry holds. All repositories share one pool of content, so
 * they share what refers to it: a client that copies between two of them finds
 * the referrer there already and does not push it a second time.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers
 */
import {
  mediaTypes,
  objectAt,
  parseAnnotations,
  parseManifest,
  parseStrictJson,
  readContent,
  type CallOptions,
  type Descriptor,
  type Digest,
} from 'oras-js';
import type { Exchange } from './exchange.js';
import { digestToFind } from './found.js';
import type { ReadableStore, Registry } from './registry.js';
import { methodRefused, Refusal } from './refusal.js';
import type { RouteOf } from './route.js';

export async function answerReferrers(
  { store }: Registry,
  exchange: Exchange,
  route: RouteOf<'referrers'>,
): Promise<void> {
  const { method, query, signal } = exchange;
  if (method !== 'GET' && method !== 'HEAD') throw methodRefused(method, ['GET', 'HEAD']);
  const unknown = new Refusal(400, 'DIGEST_INVALID', 'expected a sha256 digest');
  const subject = digestToFind(route.digest, unknown);
  const wanted = query.get('artifactType');
  const referrers = await referrersOf(store, subject, { signal });
  const manifests =
    wanted === null ? referrers : referrers.filter((each) => each.artifactType === wanted);
  exchange.answerJson(
    { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests },
    wanted === null ? {} : { 'OCI-Filters-Applied': 'artifactType' },
    mediaTypes.ociIndex,
  );
}

async function referrersOf(
  store: ReadableStore,
  subject: Digest,
  options: CallOptions,
): Promise<readonly Descriptor[]> {
  const referrers = new Map<Digest, Descriptor>();
  for await (const name of store.tags(options)) {
    const content = await store.resolve(name, options);
    const referrer = await asReferrer(store, content, subject, options);
    if (referrer !== undefined) referrers.set(content.digest, referrer);
  }
  return [...referrers.values()];
}

async function asReferrer(
  store: ReadableStore,
  content: Descriptor,
  subject: Digest,
  options: CallOptions,
): Promise<Descriptor | undefined> {
  const bytes = await readContent(store, content, options);
  const manifest = parseManifest(bytes, content);
  if (manifest.subject?.digest !== subject) return undefined;
  const configType = manifest.kind === 'image' ? manifest.config.mediaType : undefined;
  const artifactType = manifest.artifactType ?? configType;
  const { annotations } = objectAt(parseStrictJson(bytes), 'the manifest');
  const { mediaType, digest, size } = content;
  return {
    mediaType,
    digest,
    size,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(annotations === undefined || annotations === null
      ? {}
      : { annotations: parseAnnotations(annotations, 'annotations') }),
  };
}
