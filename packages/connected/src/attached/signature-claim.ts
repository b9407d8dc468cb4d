/** What a signature of an image says, before anybody believed it. */
import type { Digest } from 'oras-js';

export interface SignatureClaim {
  /** The image that was signed. */
  readonly image: Digest;
  /** The bytes that the signature is over. */
  readonly signed: Buffer;
  /** ECDSA with SHA-256, DER. */
  readonly signature: Buffer;
}
