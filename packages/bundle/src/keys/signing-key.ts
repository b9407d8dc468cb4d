/**
 * The key that bundles are signed with, read from its file.
 *
 * A file that others may use is refused before its passphrase is asked for:
 * who can read it tries passphrases at home, who can write it replaces it.
 */
import { sign, type KeyObject } from 'node:crypto';
import { platform } from 'node:os';
import type { CallOptions } from 'oras-js';
import { KeyError } from './key-error.js';
import { expectKind } from './key-kind.js';
import type { PassphraseSource } from './passphrase.js';
import { parsePrivateKey, type PrivateKey } from './private-key.js';
import { publicKeyOf, type TrustedKey } from './public-key.js';
import { readKeyFile } from './read-key-file.js';

/** Whoever can sign: a key file here, or a command that asks a hardware module. */
export interface Signer {
  readonly publicKey: TrustedKey;
  /** @returns ECDSA with SHA-256 over `bytes`, in DER. */
  sign(bytes: Uint8Array, options?: CallOptions): Promise<Buffer>;
}

export interface SigningKey extends Signer {
  /** False when the file holds the key in the clear, which deserves a warning. */
  readonly isEncrypted: boolean;
}

/** A key file that was read, and whose passphrase was asked for. */
export interface FoundSigningKey {
  readonly isEncrypted: boolean;
  /** Rejects with KeyError `KEY_PASSPHRASE_WRONG`, or with what is wrong with the key inside. Need not be waited for. */
  readonly signer: Promise<SigningKey>;
}

/** @throws KeyError `KEY_UNREADABLE`, `KEY_PERMISSIONS`, and whatever is wrong with the key. */
export async function readSigningKey(
  file: string,
  passphrase: PassphraseSource,
): Promise<SigningKey> {
  return (await findSigningKey(file, passphrase)).signer;
}

/**
 * Starts to unlock a key, for callers who have something else to do meanwhile. One that is not locked is there at once.
 *
 * @throws KeyError `KEY_UNREADABLE`, `KEY_PERMISSIONS`, and what can be told of the key without opening it.
 */
export async function findSigningKey(
  file: string,
  passphrase: PassphraseSource,
): Promise<FoundSigningKey> {
  const { text, mode } = await readKeyFile(file);
  // First what it is: a public key is readable by all, and that is not what is wrong with it here.
  expectKind('a private key', text, file);
  checkPermissions(file, mode);
  const privateKey = await parsePrivateKey(text, file, passphrase);
  const { isEncrypted } = privateKey;
  const signer = unlock(privateKey);
  if (!isEncrypted) await signer;
  // Whoever needs it is told.
  signer.catch(() => undefined);
  return { isEncrypted, signer };
}

async function unlock(privateKey: PrivateKey): Promise<SigningKey> {
  const { isEncrypted } = privateKey;
  const key = await privateKey.open();
  return { publicKey: publicKeyOf(key), isEncrypted, sign: (bytes) => signWith(key, bytes) };
}

function checkPermissions(file: string, mode: number): void {
  // Windows has no such bits and reports them all as set.
  if ((mode & 0o077) === 0 || platform() === 'win32') return;
  throw new KeyError(
    'KEY_PERMISSIONS',
    `${file}: expected a private key that only its owner may use, found mode ${mode.toString(8).padStart(4, '0')}`,
    { hint: `chmod 600 ${file}` },
  );
}

function signWith(key: KeyObject, bytes: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    sign('sha256', bytes, { key, dsaEncoding: 'der' }, (error, signature) => {
      if (error === null) resolve(signature);
      else reject(error);
    });
  });
}
