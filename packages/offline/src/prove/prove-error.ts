/** Why an image cannot be pulled, though its registry answers. */
import { CodedError } from 'oras-js';

export type ProveErrorCode =
  /** The tag points to another image than the one that was expected. */
  | 'PROVE_DIGEST_WRONG'
  /** The manifest is there, and something that it names is not. */
  | 'PROVE_CONTENT_MISSING'
  /** The image is not for the platform of the runner. */
  | 'PROVE_PLATFORM_NOT_FOUND';

export class ProveError extends CodedError<ProveErrorCode> {
  override readonly name = 'ProveError';
}
