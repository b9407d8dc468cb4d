/** What can be wrong with a bundle file, or with writing one. */
import { CodedError } from 'oras-js';

export type BundleErrorCode =
  /** The input does not begin like a bundle. */
  | 'BUNDLE_NOT_A_BUNDLE'
  /** The input is compressed; bundles are not. */
  | 'BUNDLE_COMPRESSED'
  /** An image archive without our signed head. */
  | 'BUNDLE_UNSIGNED'
  /** The input ends before the bundle does. */
  | 'BUNDLE_TRUNCATED'
  /** A tar header is not the one that the signed list prescribes. */
  | 'BUNDLE_HEADER_MISMATCH'
  /** Padding or end blocks hold something else than zeros. */
  | 'BUNDLE_PADDING'
  /** Bytes follow the end of the bundle. */
  | 'BUNDLE_TRAILING_BYTES'
  /** The signed list breaks a rule of the format. */
  | 'BUNDLE_LIST_INVALID'
  /** The list is of a version, or requires a feature, that this program does not know. */
  | 'BUNDLE_TOO_NEW'
  /** Images, manifests and entries do not agree with each other. */
  | 'BUNDLE_CONTENT_MISMATCH'
  /** More than this program holds in memory or accepts in one bundle. */
  | 'BUNDLE_LIMIT'
  /** The input cannot be opened or read. */
  | 'BUNDLE_UNREADABLE'
  /** A pipe cannot be read a second time. */
  | 'BUNDLE_NOT_REREADABLE'
  /** The output file is there already. */
  | 'OUTPUT_EXISTS'
  /** The output cannot be written. */
  | 'OUTPUT_UNWRITABLE'
  /** No space left for the output. */
  | 'OUTPUT_NO_SPACE';

export class BundleError extends CodedError<BundleErrorCode> {
  override readonly name = 'BundleError';
}
