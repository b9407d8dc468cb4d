/**
 * Public keys that signatures are checked with: ECDSA on P-256, nothing else.
 *
 * A key is known by the SHA-256 of its DER SubjectPublicKeyInfo, so the one
 * spelling of it that everybody writes is the only one read: a compressed
 * point or explicit curve parameters would make one key look like two.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5480
 */
import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { describeKey } from './describe-key.js';
import { KeyError } from './key-error.js';
import { expectKind, pemNames } from './key-kind.js';
import { formatPem, parsePem } from './pem.js';
import { readKeyFile } from './read-key-file.js';

export interface TrustedKey {
  /** 64 lower-case hex digits of the SHA-256 of the DER SubjectPublicKeyInfo. */
  readonly fingerprint: string;
  /** The same hash in base64, as a signature names its key. */
  readonly hint: string;
  readonly key: KeyObject;
}

// id-ecPublicKey, the named curve P-256, and the head of an uncompressed point of 64 bytes.
const spkiHead = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex');
const pointBytes = 64;

/** @throws KeyError `KEY_UNREADABLE`, and whatever `parsePublicKey` throws. */
export async function readPublicKey(file: string): Promise<TrustedKey> {
  const { text } = await readKeyFile(file);
  return parsePublicKey(text, file);
}

/**
 * @param where Names the place for the reader of the error.
 * @throws KeyError `KEY_WRONG_KIND`, `KEY_INVALID` or `KEY_UNSUPPORTED`.
 */
export function parsePublicKey(pem: string, where: string): TrustedKey {
  expectKind('a public key', pem, where);
  const { label, body } = parsePem(pem, where);
  const isNamedPublicKey = label === pemNames.publicKey;
  const key = isNamedPublicKey ? importSpki(body) : undefined;
  if (key === undefined) {
    throw new KeyError(
      'KEY_INVALID',
      `${where}: expected a public key, found "${label}" that is none`,
    );
  }
  if (
    body.length !== spkiHead.length + pointBytes ||
    !body.subarray(0, spkiHead.length).equals(spkiHead)
  ) {
    throw new KeyError(
      'KEY_UNSUPPORTED',
      `${where}: expected an ECDSA P-256 key, found ${describeKey(key)}`,
      { hint: 'make one with "sallyport keygen"' },
    );
  }
  return trustedKey(body, key);
}

/** The public half of a P-256 private key, whatever form that key was stored in. */
export function publicKeyOf(privateKey: KeyObject): TrustedKey {
  const { x = '', y = '' } = privateKey.export({ format: 'jwk' });
  const point = [x, y].map((coordinate) => Buffer.from(coordinate, 'base64url'));
  const spki = Buffer.concat([spkiHead, ...point]);
  return trustedKey(spki, createPublicKey({ key: spki, format: 'der', type: 'spki' }));
}

export function publicKeyPem({ key }: TrustedKey): string {
  return formatPem(pemNames.publicKey, key.export({ format: 'der', type: 'spki' }));
}

function trustedKey(spki: Buffer, key: KeyObject): TrustedKey {
  const hash = createHash('sha256').update(spki).digest();
  return { fingerprint: hash.toString('hex'), hint: hash.toString('base64'), key };
}

function importSpki(body: Buffer): KeyObject | undefined {
  try {
    return createPublicKey({ key: body, format: 'der', type: 'spki' });
  } catch {
    // What OpenSSL says here is about its own decoders; the caller names the file.
    return undefined;
  }
}
