/** Who signed a bundle. */
import { formatFingerprint, type TrustedKey } from '@sallyport/bundle';

export function signerLines(signers: readonly TrustedKey[]): readonly string[] {
  return signers.map(({ fingerprint }) => `signed by:   ${formatFingerprint(fingerprint)}`);
}

export function signerJson(signers: readonly TrustedKey[]): readonly object[] {
  return signers.map(({ fingerprint }) => ({ fingerprint }));
}
