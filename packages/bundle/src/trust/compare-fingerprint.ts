/** Whether a fingerprint that came another way, on paper or by phone, is the one of a key. */
import { formatFingerprint } from '../keys/fingerprint.js';
import type { TrustedKey } from '../keys/public-key.js';
import { TrustFileError } from './trust-file-error.js';

/**
 * @param text 64 hex digits in any case, in groups or not.
 * @throws TrustFileError `TRUST_FINGERPRINT_WRONG`
 */
export function compareFingerprint(key: TrustedKey, text: string): void {
  const hex = text.replace(/[\s:]/g, '').toLowerCase();
  if (hex === key.fingerprint) return;
  const found = /^[0-9a-f]{64}$/.test(hex) ? formatFingerprint(hex) : 'a text that is none';
  throw new TrustFileError(
    'TRUST_FINGERPRINT_WRONG',
    `expected the fingerprint ${formatFingerprint(key.fingerprint)}, which the file has, found ${found}`,
    { hint: 'do not trust this file; ask the connected side for its public key again' },
  );
}
