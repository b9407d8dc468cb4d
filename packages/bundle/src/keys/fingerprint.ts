/** The fingerprint of a key, for people who compare two of them. */

/**
 * Sixteen groups of four, as one reads them out on the phone.
 *
 * @param fingerprint 64 hex digits.
 */
export function formatFingerprint(fingerprint: string): string {
  return (fingerprint.match(/.{1,4}/g) ?? []).join(' ');
}
