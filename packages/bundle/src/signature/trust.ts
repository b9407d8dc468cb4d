/** The keys that signatures are held against, and how many of them must have signed. */
import type { TrustedKey } from '../keys/public-key.js';
import { SignatureError } from './signature-error.js';

export interface Trust {
  readonly keys: readonly TrustedKey[];
  /** How many different keys must have signed; at least 1. */
  readonly threshold: number;
}

/**
 * The different keys by fingerprint, in the order of the list: two names for the same key are one signer.
 *
 * @throws SignatureError `TRUST_EMPTY` or `TRUST_THRESHOLD`
 */
export function distinctKeys({ keys, threshold }: Trust): readonly TrustedKey[] {
  const distinct = [...new Map(keys.map((key) => [key.fingerprint, key])).values()];
  if (distinct.length === 0) {
    throw new SignatureError('TRUST_EMPTY', 'expected at least one trusted key, found none', {
      hint: 'name the public key of the connected side: --key bundle.pub',
    });
  }
  if (Number.isInteger(threshold) && threshold >= 1 && threshold <= distinct.length)
    return distinct;
  throw new SignatureError(
    'TRUST_THRESHOLD',
    `expected a threshold from 1 to ${distinct.length}, the number of different trusted keys, found ${threshold}`,
    { hint: 'ask for no more signatures than there are trusted keys' },
  );
}
