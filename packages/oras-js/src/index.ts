/** The public face of oras-js: what is not named here cannot be imported. */
export { CodedError, hasCode, withContext } from './errors/coded-error.js';
export { ContentError, type ContentErrorCode } from './content/content-error.js';
export { digestOf, hexOf, isDigest, parseDigest, type Digest } from './content/digest.js';
export type { Descriptor } from './content/descriptor.js';
export {
  formatPlatform,
  matchesPlatform,
  parsePlatform,
  type Platform,
} from './content/platform.js';
export {
  isIndexType,
  isManifestOrIndexType,
  isManifestType,
  isNonDistributableType,
  isUnsupportedManifestType,
  mediaTypes,
} from './content/media-types.js';
export { maxManifestBytes } from './content/limits.js';
export type {
  CallOptions,
  Existence,
  Fetcher,
  FetchOptions,
  OpenContent,
  Pusher,
  ReadOnlyTarget,
  ReferrerLister,
  Resolver,
  Tagger,
  TagLister,
  Target,
} from './content/target.js';
export { copy, type CopyOptions, type CopyOutcome } from './content/copy.js';
export { verifyContent } from './content/verify-content.js';
export { readContent } from './content/read-content.js';
export {
  childrenOf,
  parseManifest,
  type ImageIndex,
  type ImageManifest,
  type Manifest,
} from './content/manifest.js';
export { parseAnnotations, parseDescriptor } from './content/parse-descriptor.js';
export { findAttached, type Attached, type AttachedSource } from './content/attached.js';
export { configPlatform } from './content/image-config.js';
export {
  formatReference,
  isRepository,
  isTag,
  parseReference,
  type Reference,
} from './content/reference.js';
export { mapConcurrent } from './async/map-concurrent.js';
export { JsonError } from './json/json-error.js';
export {
  parseStrictJson,
  type JsonArray,
  type JsonObject,
  type JsonValue,
} from './json/strict-json.js';
export {
  arrayAt,
  integerAt,
  objectAt,
  onlyFields,
  stringAt,
  stringsAt,
} from './json/json-fields.js';
export { MemoryStore } from './stores/memory-store.js';
export { OciLayout } from './stores/oci-layout.js';
export type { ContentAdopter } from './stores/content-adopter.js';
export { GatheredWriter } from './stores/gathered-writer.js';
export { StorageError, type StorageErrorCode } from './stores/storage-error.js';
export { renameDurably } from './stores/durable-file.js';
export { withFolderLock } from './stores/folder-lock.js';
export { causeChain } from './errors/cause-chain.js';
export { printable } from './errors/printable.js';
export type { Credential, CredentialOptions, CredentialSource } from './auth/credential.js';
export { dockerCredentials, type DockerCredentialsOptions } from './auth/docker-credentials.js';
export { proxyFromEnvironment, type ProxySettings } from './http/proxy-settings.js';
export type { RetryEvent, RetryOptions } from './http/retry-options.js';
export type { TimeoutOptions } from './http/timeouts.js';
export type { PushBlobOptions } from './registry/blob-upload.js';
export type { ClientOptions } from './registry/client-options.js';
export { cosignTags, fallbackTag } from './content/referrer-tags.js';
export { RegistryClient } from './registry/registry-client.js';
export { RegistryError, type RegistryErrorCode } from './registry/registry-error.js';
export { Repository } from './registry/repository.js';
