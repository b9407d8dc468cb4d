/** Says what a key that is not used here is, for the message that refuses it. */
import type { KeyObject } from 'node:crypto';

export function describeKey(key: KeyObject): string {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case 'ec':
      if (namedCurve === undefined) return 'an EC key with explicit parameters';
      return namedCurve === 'prime256v1'
        ? 'a P-256 key in an unusual form (compressed point or explicit parameters)'
        : `an EC key on ${namedCurve}`;
    case 'rsa':
    case 'rsa-pss':
      return `an RSA key of ${modulusLength ?? 0} bits`;
    default:
      return `a key of type ${key.asymmetricKeyType ?? 'unknown'}`;
  }
}
