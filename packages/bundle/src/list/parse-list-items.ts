/** Reads the items of the signed list, each with just the fields that the format names. */
import {
  arrayAt,
  integerAt,
  isDigest,
  isRegistryHost,
  isRepository,
  isTag,
  JsonError,
  objectAt,
  onlyFields,
  type JsonValue,
} from 'oras-js';
import type {
  AssumedBlob,
  BundleEntry,
  BundleImage,
  BundleSource,
  CarriedPlatform,
  CarriedReferrer,
  UpstreamSignature,
  UpstreamSignatureState,
} from './bundle-manifest.js';
import { asciiAt, digestAt, matchAt, timeAt } from './list-fields.js';

const mediaTypeForm =
  /^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}$/;
const platformForm = /^[A-Za-z0-9._-]+\/[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)?$/;
const states: readonly UpstreamSignatureState[] = ['verified', 'none-found', 'not-checked'];

export function parseSource(value: JsonValue, where: string): BundleSource {
  const source = objectAt(value, where);
  onlyFields(
    source,
    ['host', 'repository', 'reference', 'digest', 'resolved', 'upstreamSignature'],
    where,
  );
  return {
    host: hostAt(source['host'], `${where}.host`),
    repository: repositoryAt(source['repository'], `${where}.repository`),
    reference: sourceReferenceAt(source['reference'], `${where}.reference`),
    digest: digestAt(source['digest'], `${where}.digest`),
    resolved: timeAt(source['resolved'], `${where}.resolved`),
    upstreamSignature: parseUpstream(source['upstreamSignature'], `${where}.upstreamSignature`),
  };
}

export function parseImage(value: JsonValue, where: string): BundleImage {
  const image = objectAt(value, where);
  onlyFields(
    image,
    ['repository', 'tags', 'digest', 'mediaType', 'size', 'platforms', 'referrers'],
    where,
  );
  return {
    repository: repositoryAt(image['repository'], `${where}.repository`),
    tags: arrayAt(image['tags'], `${where}.tags`).map((tag) => tagAt(tag, `${where}.tags`)),
    ...parseBlob(image, where),
    platforms: arrayAt(image['platforms'], `${where}.platforms`).map((item, index) =>
      parsePlatform(item, `${where}.platforms[${index}]`),
    ),
    referrers: arrayAt(image['referrers'], `${where}.referrers`).map((item, index) =>
      parseReferrer(item, `${where}.referrers[${index}]`),
    ),
  };
}

export function parseEntry(value: JsonValue, where: string): BundleEntry {
  const entry = objectAt(value, where);
  onlyFields(entry, ['path', 'size', 'digest', 'mediaType'], where);
  const { mediaType } = entry;
  return {
    path: asciiAt(entry['path'], `${where}.path`, 100),
    size: integerAt(entry['size'], `${where}.size`),
    digest: digestAt(entry['digest'], `${where}.digest`),
    ...(mediaType === undefined ? {} : { mediaType: mediaTypeAt(mediaType, `${where}.mediaType`) }),
  };
}

export function parseAssumed(value: JsonValue, where: string): AssumedBlob {
  const blob = objectAt(value, where);
  onlyFields(blob, ['digest', 'size', 'mediaType'], where);
  return parseBlob(blob, where);
}

function parseBlob(fields: ReturnType<typeof objectAt>, where: string): AssumedBlob {
  return {
    digest: digestAt(fields['digest'], `${where}.digest`),
    size: integerAt(fields['size'], `${where}.size`),
    mediaType: mediaTypeAt(fields['mediaType'], `${where}.mediaType`),
  };
}

function parsePlatform(value: JsonValue, where: string): CarriedPlatform {
  const carried = objectAt(value, where);
  onlyFields(carried, ['digest', 'platform'], where);
  const { platform } = carried;
  return {
    digest: digestAt(carried['digest'], `${where}.digest`),
    ...(platform === undefined
      ? {}
      : { platform: matchAt(platform, `${where}.platform`, platformForm, 'os/arch[/variant]') }),
  };
}

function parseReferrer(value: JsonValue, where: string): CarriedReferrer {
  const referrer = objectAt(value, where);
  onlyFields(referrer, ['digest', 'mediaType', 'size', 'artifactType', 'tag'], where);
  const { artifactType, tag } = referrer;
  return {
    ...parseBlob(referrer, where),
    ...(artifactType === undefined
      ? {}
      : { artifactType: asciiAt(artifactType, `${where}.artifactType`, 255) }),
    ...(tag === undefined ? {} : { tag: tagAt(tag, `${where}.tag`) }),
  };
}

function parseUpstream(value: JsonValue | undefined, where: string): UpstreamSignature {
  const upstream = objectAt(value, where);
  onlyFields(upstream, ['state', 'key'], where);
  const { key } = upstream;
  const state = states.find((known) => known === upstream['state']);
  if (state === undefined) {
    throw new JsonError(`expected one of ${states.join(', ')} at ${where}.state`);
  }
  if ((state === 'verified') !== (key !== undefined)) {
    throw new JsonError(`expected a key at ${where} with "verified", and only there`);
  }
  if (key === undefined) return { state };
  return { state, key: matchAt(key, `${where}.key`, /^[a-f0-9]{64}$/, '64 hex digits') };
}

function repositoryAt(value: JsonValue | undefined, where: string): string {
  const text = asciiAt(value, where, 255);
  if (isRepository(text)) return text;
  throw new JsonError(
    `expected a repository path without a host at ${where}, found ${JSON.stringify(text)}`,
  );
}

// Put before a repository it becomes a name that other tools take apart again: it has to come out as it went in.
function hostAt(value: JsonValue | undefined, where: string): string {
  const text = asciiAt(value, where, 255);
  if (isRegistryHost(text)) return text;
  throw new JsonError(`expected the host of a registry at ${where}, found ${JSON.stringify(text)}`);
}

function sourceReferenceAt(value: JsonValue | undefined, where: string): string {
  const text = asciiAt(value, where, 128);
  if (isTag(text) || isDigest(text)) return text;
  throw new JsonError(`expected a tag or a digest at ${where}, found ${JSON.stringify(text)}`);
}

function tagAt(value: JsonValue | undefined, where: string): string {
  const text = asciiAt(value, where, 128);
  if (isTag(text)) return text;
  throw new JsonError(`expected a tag at ${where}, found ${JSON.stringify(text)}`);
}

function mediaTypeAt(value: JsonValue | undefined, where: string): string {
  return matchAt(value, where, mediaTypeForm, 'a media type');
}
