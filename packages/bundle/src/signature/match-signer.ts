/**
 * Finds the trusted key that made one signature, if any did.
 *
 * The hint chooses; the key decides. A hint that names a trusted key binds the
 * signature to it: if that key does not verify it, no other is asked.
 */
import { verify } from 'node:crypto';
import { formatFingerprint } from '../keys/fingerprint.js';
import type { TrustedKey } from '../keys/public-key.js';
import type { ParsedSignature } from './parse-signature-slot.js';
import { SignatureError } from './signature-error.js';

export interface Match {
  /** Undefined when no key that was tried made the signature. */
  readonly signer: TrustedKey | undefined;
  /** What is unusual about it, for the report. */
  readonly note: string | undefined;
}

/** Eight signatures without a usable hint hash a list of 16 MiB 128 times: one to two seconds, and no more. */
const maxTriedKeys = 16;

/**
 * @param name Of the signature, for the reader: `signature 1`.
 * @throws SignatureError `SIGNATURE_WRONG`
 */
export function matchSigner(
  list: Buffer,
  signature: ParsedSignature,
  keys: readonly TrustedKey[],
  name: string,
): Match {
  const named = keys.find(({ hint }) => hint === signature.hint);
  if (named === undefined) return tryAll(list, signature, keys, name);
  if (isSignedBy(named, list, signature)) return { signer: named, note: undefined };
  throw new SignatureError(
    'SIGNATURE_WRONG',
    `${name} names the trusted key ${formatFingerprint(named.fingerprint)}, and that key did not make it`,
    { hint: 'refuse this file and ask the connected side for the bundle again' },
  );
}

function tryAll(
  list: Buffer,
  signature: ParsedSignature,
  keys: readonly TrustedKey[],
  name: string,
): Match {
  const signer = keys.slice(0, maxTriedKeys).find((key) => isSignedBy(key, list, signature));
  if (signer !== undefined) {
    return {
      signer,
      note: `${name} names no trusted key, and was found to be of ${formatFingerprint(signer.fingerprint)}`,
    };
  }
  const untried = Math.max(0, keys.length - maxTriedKeys);
  const note = `${name} is of no trusted key`;
  return {
    signer,
    note:
      untried === 0 ? note : `${note} among the first ${maxTriedKeys}; ${untried} were not tried`,
  };
}

function isSignedBy({ key }: TrustedKey, list: Buffer, { signature }: ParsedSignature): boolean {
  return verify('sha256', list, { key, dsaEncoding: 'der' }, signature);
}
