/**
 * The private key file of cosign: scrypt and NaCl secretbox around PKCS#8, in JSON.
 *
 * Read are the three scrypt settings that cosign knows; any other could ask
 * for all memory of this host, and cosign would refuse it too.
 *
 * @see https://github.com/secure-systems-lab/go-securesystemslib/blob/v0.11.0/encrypted/encrypted.go
 */
import { secretbox } from '@noble/ciphers/salsa.js';
import { randomBytes, scrypt } from 'node:crypto';
import { integerAt, JsonError, objectAt, onlyFields, parseStrictJson } from 'oras-js';
import type { JsonObject } from 'oras-js';
import { KeyError } from './key-error.js';
import { bytesAt, expectText } from './strict-fields.js';

export interface CosignBox {
  readonly rounds: number;
  readonly salt: Buffer;
  readonly nonce: Buffer;
  readonly ciphertext: Buffer;
}

/** N of scrypt: what cosign 2 and later writes, in 64 MiB of memory. */
const writtenRounds = 65_536;
/** Before that 32 768; the largest, 131 072, takes 128 MiB. */
const readRounds: readonly number[] = [32_768, writtenRounds, 131_072];
const blockSize = 8;
const keyBytes = 32;
const saltBytes = 32;
const nonceBytes = 24;

/** @returns The JSON text that goes into the PEM block. */
export async function sealCosignKey(pkcs8: Buffer, passphrase: Buffer): Promise<Buffer> {
  const salt = randomBytes(saltBytes);
  const nonce = randomBytes(nonceBytes);
  const key = await deriveKey(passphrase, salt, writtenRounds);
  const ciphertext = Buffer.from(secretbox(key, nonce).seal(pkcs8));
  key.fill(0);
  return Buffer.from(
    JSON.stringify({
      kdf: {
        name: 'scrypt',
        params: { N: writtenRounds, r: blockSize, p: 1 },
        salt: salt.toString('base64'),
      },
      cipher: { name: 'nacl/secretbox', nonce: nonce.toString('base64') },
      ciphertext: ciphertext.toString('base64'),
    }),
  );
}

/** @throws KeyError `KEY_INVALID` or `KEY_UNSUPPORTED` */
export function parseCosignBox(body: Buffer, file: string): CosignBox {
  try {
    return readBox(objectAt(parseStrictJson(body), 'the key'), file);
  } catch (cause) {
    if (!(cause instanceof JsonError)) throw cause;
    throw new KeyError('KEY_INVALID', `${file}: not a key that cosign wrote: ${cause.message}`, {
      cause,
    });
  }
}

/** @returns The PKCS#8 bytes, or undefined when the passphrase is wrong. */
export async function openCosignBox(
  { rounds, salt, nonce, ciphertext }: CosignBox,
  passphrase: Buffer,
): Promise<Buffer | undefined> {
  const key = await deriveKey(passphrase, salt, rounds);
  try {
    return Buffer.from(secretbox(key, nonce).open(ciphertext));
  } catch {
    return undefined;
  } finally {
    key.fill(0);
  }
}

function readBox(fields: JsonObject, file: string): CosignBox {
  onlyFields(fields, ['kdf', 'cipher', 'ciphertext'], 'the key');
  const kdf = objectAt(fields['kdf'], 'kdf');
  onlyFields(kdf, ['name', 'params', 'salt'], 'kdf');
  expectText(kdf['name'], 'scrypt', 'kdf.name');
  const cipher = objectAt(fields['cipher'], 'cipher');
  onlyFields(cipher, ['name', 'nonce'], 'cipher');
  expectText(cipher['name'], 'nacl/secretbox', 'cipher.name');
  return {
    rounds: readScryptRounds(objectAt(kdf['params'], 'kdf.params'), file),
    salt: bytesAt(kdf['salt'], 'kdf.salt', saltBytes),
    nonce: bytesAt(cipher['nonce'], 'cipher.nonce', nonceBytes),
    ciphertext: bytesAt(fields['ciphertext'], 'ciphertext'),
  };
}

function readScryptRounds(params: JsonObject, file: string): number {
  onlyFields(params, ['N', 'r', 'p'], 'kdf.params');
  const [n, r, p] = ['N', 'r', 'p'].map((name) => integerAt(params[name], `kdf.params.${name}`));
  if (n !== undefined && readRounds.includes(n) && r === blockSize && p === 1) return n;
  throw new KeyError(
    'KEY_UNSUPPORTED',
    `${file}: expected scrypt with N of ${readRounds.join(', ')}, r 8 and p 1, found N ${n ?? 0}, r ${r ?? 0} and p ${p ?? 0}`,
  );
}

function deriveKey(passphrase: Buffer, salt: Buffer, rounds: number): Promise<Buffer> {
  // Node's own bound is 32 MiB, half of what this takes.
  const limits = { N: rounds, r: blockSize, p: 1, maxmem: 2 * 128 * rounds * blockSize };
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, keyBytes, limits, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
