/**
 * Reads the text of a trust file.
 *
 * Everything in it decides who may bring something in, so an unknown field, a
 * second spelling or a name that stands twice is refused. Whether its keys can
 * reach the threshold is asked when a bundle is to be opened.
 */
import {
  arrayAt,
  JsonError,
  objectAt,
  onlyFields,
  parseStrictJson,
  printable,
  stringAt,
  type JsonObject,
  type JsonValue,
} from 'oras-js';
import { KeyError } from '../keys/key-error.js';
import { expectKind } from '../keys/key-kind.js';
import { parsePublicKey } from '../keys/public-key.js';
import { channelAt, timeAt } from '../list/list-fields.js';
import type { KeyTerms, Revocation, SiteTrust } from './site-trust.js';
import {
  booleanAt,
  hostAt,
  integerWithin,
  keyNameAt,
  listAt,
  maxAge,
  maxThreshold,
  reasonAt,
  refuseTwice,
  siteAt,
} from './trust-fields.js';
import { TrustFileError } from './trust-file-error.js';

export const trustFileType = 'application/vnd.sallyport.trust.v1+json';

/** Old and new keys of every site that sends something here, with room; matching one signature tries few of them. */
const maxKeys = 256;

/**
 * @param where Names the file for the reader of the error.
 * @throws TrustFileError `TRUST_FILE_INVALID` or `TRUST_FILE_TOO_NEW`; KeyError for a key that cannot be used.
 */
export function parseTrustFile(bytes: Uint8Array, where: string): SiteTrust {
  // A private key in here has left the side that signs: said before anything else is.
  expectKind('a public key', Buffer.from(bytes).toString('latin1'), where);
  try {
    const file = objectAt(parseStrictJson(bytes, { maxDepth: 5, integersOnly: true }), 'the file');
    checkType(file['_type'], where);
    onlyFields(file, fields, 'the file');
    return readTrust(file, where);
  } catch (cause) {
    if (!(cause instanceof JsonError)) throw cause;
    throw new TrustFileError('TRUST_FILE_INVALID', `${where}: not a trust file: ${cause.message}`, {
      cause,
      hint: 'correct it, or make a new one with "sallyport trust add"',
    });
  }
}

const fields = [
  '_type',
  'site',
  'threshold',
  'maxAgeDays',
  'requireExpires',
  'sourceHosts',
  'minimumSequence',
  'keys',
];

function checkType(value: JsonValue | undefined, where: string): void {
  const type = stringAt(value, '_type');
  if (type === trustFileType) return;
  const version = /^application\/vnd\.sallyport\.trust\.v([0-9]{1,6})\+json$/.exec(type)?.[1];
  if (version === undefined) {
    throw new JsonError(`expected ${trustFileType} at _type, found ${printable(type, 80)}`);
  }
  throw new TrustFileError(
    'TRUST_FILE_TOO_NEW',
    `${where}: expected a trust file of version 1, found version ${version}`,
    { hint: 'use it with a newer sallyport' },
  );
}

function readTrust(file: JsonObject, where: string): SiteTrust {
  const { site, maxAgeDays, sourceHosts } = file;
  return {
    keys: readKeys(file['keys'], where),
    threshold: integerWithin(file['threshold'], 'threshold', 1, maxThreshold),
    site: site === undefined ? undefined : siteAt(site, 'site'),
    maxAgeDays:
      maxAgeDays === undefined ? undefined : integerWithin(maxAgeDays, 'maxAgeDays', 1, maxAge),
    requireExpires: booleanAt(file['requireExpires'], 'requireExpires'),
    sourceHosts: sourceHosts === undefined ? undefined : listAt(sourceHosts, 'sourceHosts', hostAt),
    minimumSequence: readMinimums(file['minimumSequence']),
  };
}

function readKeys(value: JsonValue | undefined, where: string): readonly KeyTerms[] {
  const items = arrayAt(value, 'keys');
  if (items.length > maxKeys) {
    throw new JsonError(`expected at most ${maxKeys} keys, found ${items.length}`);
  }
  const keys = items.map((item, index) => readKey(item, `keys[${index}]`, where));
  refuseTwice(
    keys.map(({ name }) => name),
    'keys',
  );
  return keys;
}

function readKey(value: JsonValue, place: string, where: string): KeyTerms {
  const key = objectAt(value, place);
  onlyFields(key, ['name', 'publicKey', 'channels', 'notBefore', 'notAfter', 'revoked'], place);
  const name = keyNameAt(key['name'], `${place}.name`);
  const { notBefore, notAfter, revoked } = key;
  const terms = {
    name,
    key: publicKeyAt(key['publicKey'], `${place}.publicKey`, `${where}, key ${name}`),
    channels: listAt(key['channels'], `${place}.channels`, channelAt),
    notBefore: notBefore === undefined ? undefined : timeAt(notBefore, `${place}.notBefore`),
    notAfter: notAfter === undefined ? undefined : timeAt(notAfter, `${place}.notAfter`),
    revoked: revoked === undefined ? undefined : readRevocation(revoked, `${place}.revoked`),
  };
  checkDates(terms, place);
  return terms;
}

/** Both have the one spelling that sorts by time. */
export function checkDates(
  { notBefore, notAfter }: Pick<KeyTerms, 'notBefore' | 'notAfter'>,
  place: string,
): void {
  if (notBefore === undefined || notAfter === undefined || notBefore < notAfter) return;
  throw new JsonError(`expected notAfter later than notBefore (${notBefore}) at ${place}`);
}

function publicKeyAt(value: JsonValue | undefined, place: string, where: string): KeyTerms['key'] {
  const pem = stringAt(value, place);
  try {
    return parsePublicKey(pem, where);
  } catch (cause) {
    if (!(cause instanceof KeyError) || cause.code !== 'KEY_INVALID') throw cause;
    throw new JsonError(cause.message, { cause });
  }
}

function readRevocation(value: JsonValue, place: string): Revocation {
  const revoked = objectAt(value, place);
  onlyFields(revoked, ['at', 'reason'], place);
  return {
    at: timeAt(revoked['at'], `${place}.at`),
    reason: reasonAt(revoked['reason'], `${place}.reason`),
  };
}

function readMinimums(value: JsonValue | undefined): ReadonlyMap<string, number> {
  const entries = Object.entries(objectAt(value, 'minimumSequence'));
  return new Map(
    entries.map(([channel, sequence]) => [
      channelAt(channel, 'minimumSequence'),
      integerWithin(sequence, `minimumSequence.${channel}`, 1, Number.MAX_SAFE_INTEGER),
    ]),
  );
}
