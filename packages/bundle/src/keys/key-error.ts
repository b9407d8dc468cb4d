/** What can be wrong with a key file, its passphrase, or the key inside. */
import { CodedError } from 'oras-js';

export type KeyErrorCode =
  /** The key file is missing, not a plain file, or cannot be read. */
  | 'KEY_UNREADABLE'
  /** Group or others may use the private key file. */
  | 'KEY_PERMISSIONS'
  /** Something else where this half of a key belongs: the other half, or a certificate. */
  | 'KEY_WRONG_KIND'
  /** Not a key at all, or one that is damaged. */
  | 'KEY_INVALID'
  /** A good key of a type or in a form that is not used here. */
  | 'KEY_UNSUPPORTED'
  /** The private key is encrypted and no passphrase was given. */
  | 'KEY_PASSPHRASE_MISSING'
  /** A passphrase that protects nothing, or that other tools cannot take: empty or too long. */
  | 'KEY_PASSPHRASE_UNUSABLE'
  /** The passphrase does not open the private key. */
  | 'KEY_PASSPHRASE_WRONG'
  /** A key pair is not written over a file that is there. */
  | 'KEY_EXISTS'
  /** The key pair could not be written. */
  | 'KEY_UNWRITABLE'
  /** The signer command failed, or returned something else than a signature by the named key. */
  | 'KEY_SIGNER_FAILED';

export class KeyError extends CodedError<KeyErrorCode> {
  override readonly name = 'KeyError';
}
