/**
 * Makes a new ECDSA P-256 key pair, in memory.
 *
 * `cosign` is the form that cosign reads and writes, `pkcs8` the one of
 * OpenSSL, `plain-pkcs8` protects nothing but by the mode of its file.
 */
import { generateKeyPair as generate, type KeyObject } from 'node:crypto';
import { sealCosignKey } from './cosign-key.js';
import { pemNames } from './key-kind.js';
import { usablePassphrase } from './passphrase.js';
import { formatPem } from './pem.js';
import { sealPkcs8 } from './pkcs8-key.js';
import { publicKeyOf, publicKeyPem } from './public-key.js';

export type KeyFormat = 'cosign' | 'pkcs8' | 'plain-pkcs8';

export type KeyPairRequest =
  | { readonly format: 'cosign' | 'pkcs8'; readonly passphrase: string }
  | { readonly format: 'plain-pkcs8' };

export interface KeyPair {
  readonly privateKeyPem: string;
  readonly publicKeyPem: string;
  /** 64 hex digits, as of `TrustedKey`. */
  readonly fingerprint: string;
}

/** @throws KeyError `KEY_PASSPHRASE_UNUSABLE` */
export async function generateKeyPair(request: KeyPairRequest): Promise<KeyPair> {
  const privateKey = await generateP256();
  const publicKey = publicKeyOf(privateKey);
  return {
    privateKeyPem: await privateKeyPem(request, privateKey),
    publicKeyPem: publicKeyPem(publicKey),
    fingerprint: publicKey.fingerprint,
  };
}

async function privateKeyPem(request: KeyPairRequest, privateKey: KeyObject): Promise<string> {
  const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' });
  switch (request.format) {
    case 'cosign': {
      const body = await sealCosignKey(pkcs8, usablePassphrase(request.passphrase));
      return formatPem(pemNames.cosignPrivateKey, body);
    }
    case 'pkcs8': {
      const body = await sealPkcs8(pkcs8, usablePassphrase(request.passphrase));
      return formatPem(pemNames.encryptedPrivateKey, body);
    }
    case 'plain-pkcs8':
      return formatPem(pemNames.privateKey, pkcs8);
  }
}

function generateP256(): Promise<KeyObject> {
  return new Promise((resolve, reject) => {
    generate('ec', { namedCurve: 'P-256' }, (error, _publicKey, privateKey) => {
      if (error === null) resolve(privateKey);
      else reject(error);
    });
  });
}
