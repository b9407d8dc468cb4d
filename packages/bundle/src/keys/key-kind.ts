/**
 * What a PEM label promises, and the refusal when the other half of a key was expected.
 *
 * Looks at every block of a text: a private key beside a certificate is named
 * as what it is, before anything is decoded.
 */
import { KeyError } from './key-error.js';
import { pemLabels } from './pem.js';

export const pemNames = {
  publicKey: 'PUBLIC KEY',
  privateKey: 'PRIVATE KEY',
  encryptedPrivateKey: 'ENCRYPTED PRIVATE KEY',
  cosignPrivateKey: 'ENCRYPTED SIGSTORE PRIVATE KEY',
  /** What cosign wrote before 2.0. */
  oldCosignPrivateKey: 'ENCRYPTED COSIGN PRIVATE KEY',
} as const;

type Kind = 'a public key' | 'a private key' | 'a certificate' | 'a signing request';

const hints: Readonly<Record<Kind, string>> = {
  'a private key':
    'name the .pub file; a private key stays on the side that signs, so replace this one if it was carried here',
  'a public key': 'name the .key file that was written beside it',
  'a certificate': 'take the public key out of it: openssl x509 -in FILE -pubkey -noout',
  'a signing request': 'take the public key out of it: openssl req -in FILE -pubkey -noout',
};

/** @throws KeyError `KEY_WRONG_KIND` */
export function expectKind(
  expected: 'a public key' | 'a private key',
  text: string,
  where: string,
): void {
  const found = pemLabels(text)
    .map(kindOf)
    .find((kind) => kind !== undefined && kind !== expected);
  if (found === undefined) return;
  throw new KeyError('KEY_WRONG_KIND', `${where}: expected ${expected}, found ${found}`, {
    hint: expected === 'a private key' ? hints['a public key'] : hints[found],
  });
}

function kindOf(label: string): Kind | undefined {
  if (label.endsWith('PRIVATE KEY')) return 'a private key';
  if (label.endsWith('PUBLIC KEY')) return 'a public key';
  if (label.endsWith('CERTIFICATE REQUEST')) return 'a signing request';
  if (label.endsWith('CERTIFICATE')) return 'a certificate';
  return undefined;
}
