/**
 * Which exit code each error has: one table, checked by the compiler.
 *
 * Scripts branch on these numbers, so a code never moves to another one.
 */
import type { BundleErrorCode, KeyErrorCode, SignatureErrorCode } from '@sallyport/bundle';
import type { ExportErrorCode } from '@sallyport/connected';
import type { ImportErrorCode } from '@sallyport/offline';
import type { ContentErrorCode, RegistryErrorCode, StorageErrorCode } from 'oras-js';
import type { UsageErrorCode } from './usage-error.js';

export type ErrorCode =
  | BundleErrorCode
  | ContentErrorCode
  | ExportErrorCode
  | ImportErrorCode
  | KeyErrorCode
  | RegistryErrorCode
  | SignatureErrorCode
  | StorageErrorCode
  | UsageErrorCode;

export const exitCodes = {
  done: 0,
  bug: 1,
  usage: 2,
  mayPass: 20,
  rateLimited: 21,
  integrity: 30,
  trust: 31,
  unauthorized: 40,
  refused: 41,
  notFound: 42,
  disk: 50,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const { usage, mayPass, rateLimited, integrity, trust, unauthorized, refused, notFound, disk } =
  exitCodes;

export const exitCodeOf: Readonly<Record<ErrorCode, ExitCode>> = {
  BUNDLE_NOT_A_BUNDLE: integrity,
  BUNDLE_COMPRESSED: integrity,
  BUNDLE_UNSIGNED: trust,
  BUNDLE_TRUNCATED: integrity,
  BUNDLE_HEADER_MISMATCH: integrity,
  BUNDLE_PADDING: integrity,
  BUNDLE_TRAILING_BYTES: integrity,
  BUNDLE_LIST_INVALID: integrity,
  BUNDLE_TOO_NEW: usage,
  BUNDLE_CONTENT_MISMATCH: integrity,
  BUNDLE_LIMIT: integrity,
  BUNDLE_UNREADABLE: disk,
  BUNDLE_NOT_REREADABLE: mayPass,
  OUTPUT_EXISTS: usage,
  OUTPUT_UNWRITABLE: disk,
  OUTPUT_NO_SPACE: disk,

  CONTENT_NOT_FOUND: notFound,
  CONTENT_SIZE_MISMATCH: integrity,
  CONTENT_DIGEST_MISMATCH: integrity,
  CONTENT_TOO_LARGE: integrity,
  DIGEST_INVALID: integrity,
  DIGEST_UNSUPPORTED: integrity,
  MANIFEST_INVALID: integrity,
  MANIFEST_UNSUPPORTED: integrity,
  REFERENCE_INVALID: usage,
  PLATFORM_INVALID: usage,

  EXPORT_PLATFORM_NOT_FOUND: notFound,
  EXPORT_NAME_CONFLICT: usage,
  EXPORT_TOO_MUCH_ATTACHED: integrity,
  EXPORT_SOURCE_UNSIGNED: trust,
  EXPORT_SOURCE_SIGNATURE_WRONG: trust,
  EXPORT_LOCK_MISMATCH: trust,
  EXPORT_LOCK_INVALID: usage,

  IMPORT_DESTINATION_INVALID: usage,
  IMPORT_NAME_CONFLICT: usage,
  IMPORT_ASSUMED_MISSING: notFound,
  IMPORT_PARTIAL_INDEX_REFUSED: refused,
  IMPORT_NOT_PULLABLE: integrity,

  KEY_UNREADABLE: disk,
  KEY_PERMISSIONS: trust,
  KEY_WRONG_KIND: trust,
  KEY_INVALID: trust,
  KEY_UNSUPPORTED: trust,
  KEY_PASSPHRASE_MISSING: usage,
  KEY_PASSPHRASE_UNUSABLE: usage,
  KEY_PASSPHRASE_WRONG: trust,
  KEY_EXISTS: usage,
  KEY_UNWRITABLE: disk,
  KEY_SIGNER_FAILED: trust,

  REGISTRY_UNREACHABLE: mayPass,
  REGISTRY_TIMEOUT: mayPass,
  REGISTRY_UNAVAILABLE: mayPass,
  REGISTRY_RATE_LIMITED: rateLimited,
  REGISTRY_UNAUTHORIZED: unauthorized,
  REGISTRY_DENIED: refused,
  REGISTRY_NOT_FOUND: notFound,
  REGISTRY_REFUSED: refused,
  REGISTRY_BLOB_UNKNOWN: mayPass,
  REGISTRY_TOO_LARGE: refused,
  REGISTRY_TLS: usage,
  REGISTRY_NOT_A_REGISTRY: usage,
  REGISTRY_PROTOCOL: mayPass,
  CREDENTIALS_INVALID: usage,

  SIGNATURE_MISSING: trust,
  SIGNATURE_INVALID: trust,
  SIGNATURE_TOO_MANY: trust,
  SIGNATURE_WRONG: trust,
  SIGNATURE_UNKNOWN_KEY: trust,
  SIGNATURE_THRESHOLD: trust,
  SIGNATURE_NO_SLOT: usage,
  TRUST_EMPTY: trust,
  TRUST_THRESHOLD: trust,

  STORAGE_FULL: disk,
  STORAGE_FAILED: disk,
  LAYOUT_INVALID: disk,
  LAYOUT_LOCKED: mayPass,

  USAGE_INVALID: usage,
};
