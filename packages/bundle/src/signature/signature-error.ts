/** What can be wrong with the signatures of a bundle, or with the keys they are held against. */
import { CodedError } from 'oras-js';

export type SignatureErrorCode =
  /** No signature at all, or an empty slot: the bundle was never signed. */
  | 'SIGNATURE_MISSING'
  /** A signature slot that is not exactly what the format allows. */
  | 'SIGNATURE_INVALID'
  /** More signatures than a bundle may carry. */
  | 'SIGNATURE_TOO_MANY'
  /** The signature is not one of the key it names, or it is over other bytes. */
  | 'SIGNATURE_WRONG'
  /** Well-formed signatures, none by a key that is trusted here. */
  | 'SIGNATURE_UNKNOWN_KEY'
  /** Good signatures, by fewer trusted keys than are asked for. */
  | 'SIGNATURE_THRESHOLD'
  /** Every signature slot of the bundle is filled already. */
  | 'SIGNATURE_NO_SLOT'
  /** No key is trusted, so nothing could ever be accepted. */
  | 'TRUST_EMPTY'
  /** The number of keys that must have signed is below one or above the number of trusted keys. */
  | 'TRUST_THRESHOLD';

export class SignatureError extends CodedError<SignatureErrorCode> {
  override readonly name = 'SignatureError';
}
