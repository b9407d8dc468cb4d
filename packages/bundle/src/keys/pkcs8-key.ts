/**
 * Encrypted PKCS#8: PBES2 with PBKDF2, the private key file of OpenSSL.
 *
 * Written here and not by Node, which offers 2048 rounds only. Read by Node,
 * after the rounds were bounded: OpenSSL would count to 2^31 if a file asks.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8018#appendix-A
 */
import { createCipheriv, createPrivateKey, pbkdf2, randomBytes, type KeyObject } from 'node:crypto';
import { DerError, DerReader } from './der-reader.js';
import { derInteger, derOctetString, derSequence } from './der-writer.js';
import { KeyError } from './key-error.js';

/** What OWASP asks of PBKDF2-HMAC-SHA256 (2023): about a quarter of a second a guess. */
const writtenRounds = 600_000;
/** Three seconds on a fast core, and more on a slow one; nobody protects a key with more. */
const maxRounds = 10_000_000n;
const saltBytes = 16;
const keyBytes = 32;
const ivBytes = 16;

// Object identifiers, with tag and length; the name of the hash is followed by the NULL that belongs to it.
const pbes2 = Buffer.from('06092a864886f70d01050d', 'hex');
const pbkdf2Name = Buffer.from('06092a864886f70d01050c', 'hex');
const hmacSha256 = Buffer.from('06082a864886f70d02090500', 'hex');
const aes256Cbc = Buffer.from('060960864801650304012a', 'hex');
const oidTag = 0x06;

/** @returns The DER bytes that go into the PEM block. */
export async function sealPkcs8(pkcs8: Buffer, passphrase: Buffer): Promise<Buffer> {
  const salt = randomBytes(saltBytes);
  const iv = randomBytes(ivBytes);
  const key = await deriveKey(passphrase, salt);
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  const ciphertext = Buffer.concat([cipher.update(pkcs8), cipher.final()]);
  key.fill(0);
  const kdf = derSequence(
    pbkdf2Name,
    derSequence(derOctetString(salt), derInteger(writtenRounds), derSequence(hmacSha256)),
  );
  const encryption = derSequence(aes256Cbc, derOctetString(iv));
  return derSequence(derSequence(pbes2, derSequence(kdf, encryption)), derOctetString(ciphertext));
}

/**
 * Refuses an envelope that would take too long, or that is not PBES2 with PBKDF2.
 *
 * @throws KeyError `KEY_INVALID` or `KEY_UNSUPPORTED`
 */
export function checkPkcs8Envelope(body: Buffer, file: string): void {
  try {
    const rounds = readRounds(new DerReader(body));
    if (rounds !== undefined && rounds <= maxRounds) return;
    throw new KeyError(
      'KEY_UNSUPPORTED',
      `${file}: expected encryption by PBES2 with at most ${maxRounds} rounds of PBKDF2, found ${rounds === undefined ? 'another scheme' : `${rounds} rounds`}`,
      { hint: 'write it again: openssl pkcs8 -topk8 -v2 aes-256-cbc -iter 600000' },
    );
  } catch (cause) {
    if (!(cause instanceof DerError)) throw cause;
    throw new KeyError('KEY_INVALID', `${file}: not an encrypted PKCS#8 key: ${cause.message}`, {
      cause,
    });
  }
}

/** @returns The key, or undefined when the passphrase is wrong. */
export function openPkcs8(body: Buffer, passphrase: Buffer): KeyObject | undefined {
  try {
    return createPrivateKey({ key: body, format: 'der', type: 'pkcs8', passphrase });
  } catch {
    // CBC proves nothing: a wrong passphrase can look like any kind of damage.
    return undefined;
  }
}

function readRounds(text: DerReader): bigint | undefined {
  const info = text.sequence();
  text.expectEnd();
  const scheme = info.sequence();
  info.octetString();
  info.expectEnd();
  if (!isNext(scheme, pbes2)) return undefined;
  const kdf = scheme.sequence().sequence();
  if (!isNext(kdf, pbkdf2Name)) return undefined;
  const params = kdf.sequence();
  params.octetString();
  return params.integer();
}

function isNext(reader: DerReader, name: Buffer): boolean {
  return reader.take(oidTag).equals(name.subarray(2));
}

function deriveKey(passphrase: Buffer, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    pbkdf2(passphrase, salt, writtenRounds, keyBytes, 'sha256', (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
