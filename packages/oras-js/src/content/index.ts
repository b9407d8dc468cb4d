/**
 * `oras-js/content`: what content is, what it points to, and how it is proven
 * and copied. Nothing here opens a connection or a file.
 */
export { CodedError, hasCode, withContext } from '../errors/coded-error.js';
export { causeChain } from '../errors/cause-chain.js';
export { printable } from '../errors/printable.js';
export { ContentError, type ContentErrorCode } from './content-error.js';
export { digestOf, hexOf, isDigest, parseDigest, type Digest } from './digest.js';
export type { Descriptor } from './descriptor.js';
export { formatPlatform, matchesPlatform, parsePlatform, type Platform } from './platform.js';
export {
  isIndexType,
  isManifestOrIndexType,
  isManifestType,
  isNonDistributableType,
  isUnsupportedManifestType,
  mediaTypes,
} from './media-types.js';
export { maxManifestBytes } from './limits.js';
export type {
  CallOptions,
  Existence,
  Fetcher,
  FetchOptions,
  Finder,
  ManifestReader,
  MemoryAt,
  NamedManifest,
  OpenContent,
  PushOptions,
  Pusher,
  ReadOnlyTarget,
  ReadOptions,
  ReferrerLister,
  Resolver,
  Tagger,
  TagLister,
  Target,
} from './target.js';
export { pushManifest, type PushableManifest } from './push-manifest.js';
export { copy, type CopyOptions, type CopyOutcome } from './copy.js';
export { requireDigest, verifyContent, type VerifyEvents } from './verify-content.js';
export { readContent } from './read-content.js';
export { withResolved } from './with-resolved.js';
export {
  childrenOf,
  parseManifest,
  type ImageIndex,
  type ImageManifest,
  type Manifest,
} from './manifest.js';
export { parseAnnotations, parseDescriptor } from './parse-descriptor.js';
export { findAttached, type Attached, type AttachedSource } from './attached.js';
export { cosignTags, fallbackTag } from './referrer-tags.js';
export { configPlatform } from './image-config.js';
export {
  formatReference,
  isRegistryHost,
  isRepository,
  isTag,
  parseReference,
  type Reference,
} from './reference.js';
export { mapConcurrent } from '../async/map-concurrent.js';
export { Slots } from '../async/slots.js';
export { JsonError } from '../json/json-error.js';
export {
  parseStrictJson,
  type JsonArray,
  type JsonObject,
  type JsonValue,
  type StrictJsonOptions,
} from '../json/strict-json.js';
export {
  arrayAt,
  integerAt,
  objectAt,
  onlyFields,
  stringAt,
  stringsAt,
} from '../json/json-fields.js';
