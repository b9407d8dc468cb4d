/** What can be wrong with a trust file, or with a change to it. */
import { CodedError } from 'oras-js';

export type TrustFileErrorCode =
  /** The trust file is missing, not a plain file, or cannot be read. */
  | 'TRUST_FILE_UNREADABLE'
  /** The trust file or a folder on the way to it belongs to another user, or group or others may write to it. */
  | 'TRUST_FILE_PERMISSIONS'
  /** The trust file is not valid: its JSON, a field, or a key in it. */
  | 'TRUST_FILE_INVALID'
  /** The trust file was written by a newer version of this program. */
  | 'TRUST_FILE_TOO_NEW'
  /** The trust file could not be written; the one that was there is as it was. */
  | 'TRUST_FILE_UNWRITABLE'
  /** Another change of the trust file has held it for longer than any change needs. */
  | 'TRUST_FILE_LOCKED'
  /** The name, or the key itself, is in the trust file already. */
  | 'TRUST_KEY_EXISTS'
  /** No key of the trust file has this name. */
  | 'TRUST_KEY_UNKNOWN'
  /** The key has another fingerprint than the one it was compared with. */
  | 'TRUST_FINGERPRINT_WRONG'
  /** Nobody has compared the fingerprint of a new key. */
  | 'TRUST_FINGERPRINT_UNCOMPARED';

export class TrustFileError extends CodedError<TrustFileErrorCode> {
  override readonly name = 'TrustFileError';
}
