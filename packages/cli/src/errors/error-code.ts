/** Every code that an error of this program can have; each package has its own, named here once. */
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
