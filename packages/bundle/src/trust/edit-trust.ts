/** Changes to what a trust file says. Each returns a new one and refuses what the reader would refuse. */
import { JsonError } from 'oras-js';
import { formatFingerprint } from '../keys/fingerprint.js';
import { checkDates } from './parse-trust-file.js';
import type { KeyTerms, SiteTrust } from './site-trust.js';
import { keyNameAt, reasonAt } from './trust-fields.js';
import { TrustFileError } from './trust-file-error.js';

/** @throws TrustFileError `TRUST_KEY_EXISTS` or `TRUST_FILE_INVALID`. */
export function addKey(trust: SiteTrust, added: KeyTerms): SiteTrust {
  checked(() => {
    keyNameAt(added.name, 'the name of the key');
    checkDates(added, `the key ${added.name}`);
  });
  const other = trust.keys.find(
    ({ name, key }) => name === added.name || key.fingerprint === added.key.fingerprint,
  );
  if (other === undefined) return { ...trust, keys: [...trust.keys, added] };
  const isSameKey = other.key.fingerprint === added.key.fingerprint;
  throw new TrustFileError(
    'TRUST_KEY_EXISTS',
    isSameKey
      ? `expected a key that is not trusted yet, found it under the name ${other.name}`
      : `expected a new name, found ${other.name} for the key ${formatFingerprint(other.key.fingerprint)}`,
    {
      hint: 'look with "sallyport trust list"; what a key may do is changed with "sallyport trust set NAME"',
    },
  );
}

/** @throws TrustFileError `TRUST_KEY_UNKNOWN` or `TRUST_FILE_INVALID`. */
export function revokeKey(trust: SiteTrust, name: string, at: string, reason: string): SiteTrust {
  checked(() => reasonAt(reason, 'the reason'));
  const revoked = findKey(trust, name);
  // The first revocation is the one to remember.
  if (revoked.revoked !== undefined) return trust;
  const keys = trust.keys.map((terms) =>
    terms === revoked ? { ...terms, revoked: { at, reason } } : terms,
  );
  return { ...trust, keys };
}

/**
 * What a key may do from now on. What is not given stays; a revoked key stays revoked.
 *
 * @throws TrustFileError `TRUST_KEY_UNKNOWN` or `TRUST_FILE_INVALID`.
 */
export function changeKey(
  trust: SiteTrust,
  name: string,
  terms: Partial<Pick<KeyTerms, 'channels' | 'notBefore' | 'notAfter'>>,
): SiteTrust {
  const found = findKey(trust, name);
  const changed = { ...found, ...terms };
  checked(() => {
    checkDates(changed, `the key ${name}`);
  });
  return { ...trust, keys: trust.keys.map((each) => (each === found ? changed : each)) };
}

/** @throws TrustFileError `TRUST_KEY_UNKNOWN` */
export function removeKey(trust: SiteTrust, name: string): SiteTrust {
  const removed = findKey(trust, name);
  return { ...trust, keys: trust.keys.filter((terms) => terms !== removed) };
}

function findKey({ keys }: SiteTrust, name: string): KeyTerms {
  const found = keys.find((terms) => terms.name === name);
  if (found !== undefined) return found;
  const names = keys.map((terms) => terms.name).join(', ');
  throw new TrustFileError(
    'TRUST_KEY_UNKNOWN',
    `expected the name of a trusted key, found ${JSON.stringify(name.slice(0, 100))}`,
    { hint: names === '' ? 'no key is trusted yet' : `the names are: ${names}` },
  );
}

function checked<Value>(check: () => Value): Value {
  try {
    return check();
  } catch (cause) {
    if (!(cause instanceof JsonError)) throw cause;
    throw new TrustFileError('TRUST_FILE_INVALID', cause.message, { cause });
  }
}
