/**
 * Takes the private key out of its PEM text: P-256 in PKCS#8, plain or
 * encrypted, or as cosign stores it.
 *
 * The older forms of OpenSSL are refused by name: their encryption is a few
 * rounds of MD5, or their curve may be spelled out.
 */
import { createECDH, createPrivateKey, type KeyObject } from 'node:crypto';
import { openCosignBox, parseCosignBox } from './cosign-key.js';
import { describeKey } from './describe-key.js';
import { KeyError } from './key-error.js';
import { expectKind, pemNames } from './key-kind.js';
import { askPassphrase, wrongPassphrase, type PassphraseSource } from './passphrase.js';
import { parsePem } from './pem.js';
import { checkPkcs8Envelope, openPkcs8 } from './pkcs8-key.js';

/** A key whose passphrase is at hand, where it needs one. */
export interface PrivateKey {
  readonly isEncrypted: boolean;
  /**
   * A quarter of a second of work where it is encrypted, in cosign's form by another thread.
   *
   * @throws KeyError `KEY_INVALID`, `KEY_UNSUPPORTED` or `KEY_PASSPHRASE_WRONG`.
   */
  open(): Promise<KeyObject>;
}

// Version 0, id-ecPublicKey, the named curve P-256: the start of the one form that is used.
const p256Algorithm = Buffer.from('020100301306072a8648ce3d020106082a8648ce3d030107', 'hex');

/**
 * @param where Names the file for the reader of the error.
 * @throws KeyError `KEY_WRONG_KIND`, `KEY_INVALID`, `KEY_UNSUPPORTED`, `KEY_PASSPHRASE_MISSING` or `KEY_PASSPHRASE_UNUSABLE`.
 */
export async function parsePrivateKey(
  pem: string,
  where: string,
  passphrase: PassphraseSource,
): Promise<PrivateKey> {
  expectKind('a private key', pem, where);
  const { label, body } = parsePem(pem, where);
  const openBody = await bodyOpener(label, body, where, passphrase);
  return {
    isEncrypted: label !== pemNames.privateKey,
    open: async () => {
      const key = await openBody();
      checkCurve(key, where);
      checkHalves(key, where);
      return key;
    },
  };
}

async function bodyOpener(
  label: string,
  body: Buffer,
  where: string,
  source: PassphraseSource,
): Promise<() => Promise<KeyObject>> {
  switch (label) {
    case pemNames.privateKey:
      return async () => importPkcs8(body, where);
    case pemNames.encryptedPrivateKey: {
      checkPkcs8Envelope(body, where);
      const passphrase = await askPassphrase(source, where);
      return async () => openPkcs8(body, passphrase) ?? refuse(where);
    }
    case pemNames.cosignPrivateKey:
    case pemNames.oldCosignPrivateKey: {
      const box = parseCosignBox(body, where);
      const passphrase = await askPassphrase(source, where);
      return async () =>
        importPkcs8((await openCosignBox(box, passphrase)) ?? refuse(where), where);
    }
    default:
      throw new KeyError(
        'KEY_UNSUPPORTED',
        `${where}: expected a private key in PKCS#8 or as cosign writes it, found "${label}"`,
        { hint: 'write it again: openssl pkcs8 -topk8 -v2 aes-256-cbc -iter 600000' },
      );
  }
}

function refuse(where: string): never {
  throw wrongPassphrase(where);
}

function importPkcs8(body: Buffer, where: string): KeyObject {
  try {
    return createPrivateKey({ key: body, format: 'der', type: 'pkcs8' });
  } catch {
    // No cause: it would be about the bytes of a private key.
    throw new KeyError(
      'KEY_INVALID',
      `${where}: expected a private key, found one that is damaged`,
    );
  }
}

function checkCurve(key: KeyObject, where: string): void {
  const pkcs8 = key.export({ format: 'der', type: 'pkcs8' });
  // After the tag and length of the outer sequence, which are two or three bytes.
  const isNamedP256 = [2, 3].some((at) =>
    pkcs8.subarray(at, at + p256Algorithm.length).equals(p256Algorithm),
  );
  if (isNamedP256) return;
  throw new KeyError(
    'KEY_UNSUPPORTED',
    `${where}: expected an ECDSA P-256 key, found ${describeKey(key)}`,
    { hint: 'make one with "sallyport keygen"' },
  );
}

/** OpenSSL believes the public half that stands beside the private one; a lie there names a key that verifies nothing. */
function checkHalves(key: KeyObject, where: string): void {
  const { d = '', x = '', y = '' } = key.export({ format: 'jwk' });
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(d, 'base64url');
  const stored = [x, y].map((coordinate) => Buffer.from(coordinate, 'base64url'));
  // The first byte says that the point is not compressed.
  if (curve.getPublicKey().subarray(1).equals(Buffer.concat(stored))) return;
  throw new KeyError(
    'KEY_INVALID',
    `${where}: the public half in it belongs to another private key`,
  );
}
