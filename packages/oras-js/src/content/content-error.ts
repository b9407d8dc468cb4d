/** What can be wrong with content itself, wherever it comes from. */
import { CodedError } from '../errors/coded-error.js';

/** Codes never change their meaning; new ones may be added. */
export type ContentErrorCode =
  /** The content is not there. */
  | 'CONTENT_NOT_FOUND'
  /** Fewer or more bytes arrived than the descriptor's size. */
  | 'CONTENT_SIZE_MISMATCH'
  /** The right number of bytes hash to another digest. */
  | 'CONTENT_DIGEST_MISMATCH'
  /** More bytes than may be held in memory for this kind of content. */
  | 'CONTENT_TOO_LARGE'
  /** Not of the form `algorithm:encoded`, or a sha256 of the wrong length or case. */
  | 'DIGEST_INVALID'
  /** A well-formed digest of an algorithm that is not computed here. */
  | 'DIGEST_UNSUPPORTED'
  /** A manifest or index that is not what its media type says. */
  | 'MANIFEST_INVALID'
  /** Docker schema 1, an ORAS or OCI artifact manifest of before 1.1: read by no current tool. */
  | 'MANIFEST_UNSUPPORTED'
  /** An image name that breaks the grammar. */
  | 'REFERENCE_INVALID'
  /** A platform that is not `os/arch[/variant]`. */
  | 'PLATFORM_INVALID';

/** Content is missing, damaged, too large, or not of a kind that is read here. Trying again does not help. */
export class ContentError extends CodedError<ContentErrorCode> {
  override readonly name = 'ContentError';
}
