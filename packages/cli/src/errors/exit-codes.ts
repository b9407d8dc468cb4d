/**
 * Which exit code each error has: one table, checked by the compiler.
 *
 * Scripts branch on these numbers, so a code never moves to another one.
 */
import type {
  BundleErrorCode,
  CustodyErrorCode,
  KeyErrorCode,
  PolicyErrorCode,
  SignatureErrorCode,
  TrustFileErrorCode,
} from '@sallyport/bundle';
import type { ArchiveErrorCode, ExportErrorCode } from '@sallyport/connected';
import type { GitlabErrorCode } from '@sallyport/gitlab';
import type {
  CheckErrorCode,
  ImportErrorCode,
  ProveErrorCode,
  StateErrorCode,
} from '@sallyport/offline';
import type { ContentErrorCode, RegistryErrorCode, StorageErrorCode } from 'oras-js';
import type { UsageErrorCode } from './usage-error.js';

export type ErrorCode =
  | ArchiveErrorCode
  | BundleErrorCode
  | CheckErrorCode
  | ContentErrorCode
  | CustodyErrorCode
  | ExportErrorCode
  | GitlabErrorCode
  | ImportErrorCode
  | KeyErrorCode
  | PolicyErrorCode
  | ProveErrorCode
  | RegistryErrorCode
  | SignatureErrorCode
  | StateErrorCode
  | StorageErrorCode
  | TrustFileErrorCode
  | UsageErrorCode;

export const exitCodes = {
  done: 0,
  bug: 1,
  usage: 2,
  nothingToDo: 10,
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

const { usage, nothingToDo, mayPass, rateLimited, integrity, trust } = exitCodes;
const { unauthorized, refused, notFound, disk } = exitCodes;

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

  ARCHIVE_INVALID: integrity,
  ARCHIVE_COMPRESSED: usage,
  ARCHIVE_ENTRY_REFUSED: integrity,
  ARCHIVE_DAMAGED: integrity,
  ARCHIVE_UNNAMED: usage,
  CHECK_CLOCK_OFF: usage,
  CHECK_PATH_IMPOSSIBLE: usage,
  CHECK_FOLDER_UNREADABLE: disk,

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
  EXPORT_SOURCE_UNSIGNED: trust,
  EXPORT_SOURCE_SIGNATURE_WRONG: trust,
  EXPORT_LOCK_MISMATCH: trust,
  EXPORT_LOCK_INVALID: usage,

  GITLAB_VERSION_INVALID: usage,
  GITLAB_VERSION_TOO_OLD: usage,
  GITLAB_SCANNER_UNKNOWN: usage,

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

  POLICY_KEY_REVOKED: trust,
  POLICY_KEY_CHANNEL: trust,
  POLICY_KEY_EXPIRED: trust,
  POLICY_KEY_NOT_YET_VALID: trust,
  POLICY_AUDIENCE: trust,
  POLICY_CREATED_IN_FUTURE: trust,
  POLICY_EXPIRED: trust,
  POLICY_EXPIRES_MISSING: trust,
  POLICY_TOO_OLD: trust,
  POLICY_SOURCE_HOST: trust,
  POLICY_SEQUENCE_TOO_LOW: trust,
  POLICY_SEQUENCE_AHEAD: trust,
  POLICY_CLOCK: trust,

  PROVE_DIGEST_WRONG: integrity,
  PROVE_CONTENT_MISSING: notFound,
  PROVE_PLATFORM_NOT_FOUND: notFound,

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

  LOG_UNWRITABLE: disk,
  LOG_UNREADABLE: disk,
  LOG_INVALID: disk,
  LOG_BROKEN: integrity,
  LOG_LOCKED: mayPass,
  SIGNATURE_MISSING: trust,
  SIGNATURE_INVALID: trust,
  SIGNATURE_TOO_MANY: trust,
  SIGNATURE_WRONG: trust,
  SIGNATURE_UNKNOWN_KEY: trust,
  SIGNATURE_THRESHOLD: trust,
  SIGNATURE_NO_SLOT: usage,
  TRUST_EMPTY: trust,
  TRUST_THRESHOLD: trust,

  STATE_MISSING: trust,
  STATE_INVALID: trust,
  STATE_TOO_NEW: usage,
  STATE_PERMISSIONS: trust,
  STATE_UNREADABLE: disk,
  STATE_UNWRITABLE: disk,
  STATE_LOCKED: mayPass,
  STATE_LOCK_LOST: mayPass,
  STATE_ROLLBACK: trust,
  STATE_SEQUENCE_REUSED: trust,
  STATE_ALREADY_IMPORTED: nothingToDo,
  STATE_BASE_UNKNOWN: notFound,
  STATE_CONSENT_UNNEEDED: usage,
  STATE_NOTHING_IMPORTED: notFound,
  STATE_STALE: trust,

  STORAGE_FULL: disk,
  STORAGE_FAILED: disk,
  LAYOUT_INVALID: disk,
  LAYOUT_LOCKED: mayPass,

  TRUST_FILE_UNREADABLE: disk,
  TRUST_FILE_PERMISSIONS: trust,
  TRUST_FILE_INVALID: trust,
  TRUST_FILE_TOO_NEW: usage,
  TRUST_FILE_UNWRITABLE: disk,
  TRUST_FILE_LOCKED: mayPass,
  TRUST_KEY_EXISTS: usage,
  TRUST_KEY_UNKNOWN: usage,
  TRUST_FINGERPRINT_WRONG: trust,
  TRUST_FINGERPRINT_UNCOMPARED: usage,

  USAGE_INVALID: usage,
};
