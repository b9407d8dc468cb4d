/**
 * Decides whether the list of a bundle was signed by enough trusted keys.
 *
 * The keys and their algorithm come from the reader's own trust; a signature
 * only says which of them to try. One bad signature of a trusted key refuses
 * the bundle, however many good ones stand beside it.
 */
import { digestOf } from 'oras-js';
import { formatFingerprint } from '../keys/fingerprint.js';
import type { TrustedKey } from '../keys/public-key.js';
import { decodeBase64 } from '../keys/strict-fields.js';
import { matchSigner } from './match-signer.js';
import { parseSignatureSlot, type ParsedSignature } from './parse-signature-slot.js';
import { SignatureError } from './signature-error.js';
import { maxSignatures } from './slot-form.js';
import { distinctKeys, type Trust } from './trust.js';

export interface VerifiedSignatures {
  /** The different trusted keys with a good signature: at least as many as the threshold. */
  readonly signers: readonly TrustedKey[];
  /** Hints of signatures by keys that are not trusted here; an empty text where there was none. */
  readonly unknown: readonly string[];
  /** What the reader of the report should know, one sentence each. */
  readonly notes: readonly string[];
}

/**
 * @param list The exact bytes that were signed. Not parsed here.
 * @param slots 1 to 8 signature entries, 2048 bytes each.
 * @throws SignatureError with any of its codes.
 */
export function verifySignatures(
  list: Buffer,
  slots: readonly Buffer[],
  trust: Trust,
): VerifiedSignatures {
  const keys = distinctKeys(trust);
  checkCount(slots);
  // All are read before one is verified: a malformed one is not hidden behind a good one.
  const signatures = slots.map(parseSignatureSlot);
  checkDigests(list, signatures);

  const matches = signatures.map((signature, index) => ({
    hint: signature.hint ?? '',
    ...matchSigner(list, signature, keys, `signature ${index + 1}`),
  }));
  const made = matches.flatMap(({ signer }) => signer ?? []);
  const signers = [...new Set(made)];
  const unknown = matches.filter(({ signer }) => signer === undefined).map(({ hint }) => hint);
  checkThreshold(signers, unknown, trust.threshold);
  const notes = matches.flatMap(({ note }) => note ?? []);
  return { signers, unknown, notes: [...notes, ...countNotes(trust, keys, made, signers)] };
}

function checkCount(slots: readonly Buffer[]): void {
  if (slots.length === 0) {
    throw new SignatureError('SIGNATURE_MISSING', 'expected a signature, found none');
  }
  if (slots.length <= maxSignatures) return;
  throw new SignatureError(
    'SIGNATURE_TOO_MANY',
    `expected at most ${maxSignatures} signatures, found ${slots.length}`,
  );
}

function checkDigests(list: Buffer, signatures: readonly ParsedSignature[]): void {
  const digest = digestOf(list);
  const other = signatures.findIndex(({ listDigest }) => listDigest !== digest);
  if (other === -1) return;
  throw new SignatureError(
    'SIGNATURE_WRONG',
    `signature ${other + 1} is over other bytes: it names ${signatures[other]?.listDigest ?? ''}, and the list hashes to ${digest}`,
    { hint: 'copy the bundle from the medium again; if it repeats, it was changed after signing' },
  );
}

function checkThreshold(
  signers: readonly TrustedKey[],
  unknown: readonly string[],
  threshold: number,
): void {
  if (signers.length >= threshold) return;
  const strangers = unknown.map(describeHint).join(', ');
  if (signers.length === 0) {
    throw new SignatureError(
      'SIGNATURE_UNKNOWN_KEY',
      `expected a signature by a trusted key, found one by ${strangers}`,
      {
        hint: 'compare the fingerprint with the connected side; if it is theirs, name its public key with --key',
      },
    );
  }
  throw new SignatureError(
    'SIGNATURE_THRESHOLD',
    `expected signatures by ${threshold} different trusted keys, found ${signers.length}${strangers === '' ? '' : ` and others by ${strangers}`}`,
    { hint: 'have the missing signers sign too: export with one --key for each of them' },
  );
}

function describeHint(hint: string): string {
  const hash = decodeBase64(hint);
  return hash?.length === 32
    ? `key ${formatFingerprint(hash.toString('hex'))}`
    : 'a key that it does not name';
}

function countNotes(
  trust: Trust,
  keys: readonly TrustedKey[],
  made: readonly TrustedKey[],
  signers: readonly TrustedKey[],
): readonly string[] {
  const notes: string[] = [];
  if (keys.length < trust.keys.length) {
    notes.push('the same key is trusted under more than one name and counts once');
  }
  if (signers.length < made.length) notes.push('a key signed more than once and counts once');
  return notes;
}
