/** Which of the keys that signed count for a channel at a time, and whether they are enough. */
import { formatFingerprint } from '../keys/fingerprint.js';
import type { TrustedKey } from '../keys/public-key.js';
import { formatTime } from '../list/list-fields.js';
import { PolicyError, type PolicyErrorCode } from './policy-error.js';
import type { KeyTerms, SiteTrust } from './site-trust.js';

interface Objection {
  readonly code: PolicyErrorCode;
  /** A sentence about the key. */
  readonly text: string;
}

/**
 * @param signers Keys with a good signature.
 * @returns A note for each of them that does not count.
 * @throws PolicyError `POLICY_KEY_…` of the first that does not count, when too few do.
 */
export function requireEligible(
  { keys, threshold }: SiteTrust,
  signers: readonly TrustedKey[],
  channel: string,
  now: Date,
): readonly string[] {
  const objections = signers.flatMap(
    (signer) => objectionTo(termsOf(keys, signer), channel, formatTime(now)) ?? [],
  );
  const count = signers.length - objections.length;
  const [first] = objections;
  if (first === undefined || count >= threshold) {
    return objections.map(({ text }) => `a signature does not count: ${text}`);
  }
  throw new PolicyError(
    first.code,
    `expected signatures of ${threshold} different keys that count for the channel ${channel}, found ${count}: ${objections.map(({ text }) => text).join('; ')}`,
    { hint: hints[first.code] },
  );
}

/**
 * Step 1: trust that could accept nothing is refused before a bundle is opened.
 *
 * @throws PolicyError `POLICY_KEY_REVOKED` or `POLICY_KEY_EXPIRED`
 */
export function requireUsableKeys({ keys, threshold }: SiteTrust, now: Date): void {
  const different = [...new Map(keys.map(({ key }) => [key.fingerprint, key])).values()];
  const objections = different.flatMap((key) => {
    const terms = termsOf(keys, key);
    // Later than now may be right by the time of the state; earlier than now never is again.
    return revocation(terms) ?? expiry(terms, formatTime(now)) ?? [];
  });
  const [first] = objections;
  if (first === undefined || different.length - objections.length >= threshold) return;
  throw new PolicyError(
    first.code,
    `expected ${threshold} trusted keys that can be used, found ${different.length - objections.length}: ${objections.map(({ text }) => text).join('; ')}`,
    { hint: hints[first.code] },
  );
}

/** A key may stand under several names; whoever revoked it under one of them meant the key. */
function termsOf(keys: readonly KeyTerms[], { fingerprint }: TrustedKey): readonly KeyTerms[] {
  return keys.filter(({ key }) => key.fingerprint === fingerprint);
}

function objectionTo(
  terms: readonly KeyTerms[],
  channel: string,
  now: string,
): Objection | undefined {
  const allowed = terms.filter(
    ({ channels }) => channels === 'every' || channels.includes(channel),
  );
  return revocation(terms) ?? channelBan(terms, allowed) ?? outOfDates(allowed, now);
}

function revocation(terms: readonly KeyTerms[]): Objection | undefined {
  const revoked = terms.find((each) => each.revoked !== undefined);
  if (revoked?.revoked === undefined) return undefined;
  const { at, reason } = revoked.revoked;
  return { code: 'POLICY_KEY_REVOKED', text: `${nameOf(revoked)} was revoked ${at}: ${reason}` };
}

function channelBan(
  [first]: readonly KeyTerms[],
  allowed: readonly KeyTerms[],
): Objection | undefined {
  if (allowed.length > 0 || first === undefined) return undefined;
  const channels = [first.channels].flat().join(', ');
  return { code: 'POLICY_KEY_CHANNEL', text: `${nameOf(first)} may sign for ${channels} only` };
}

function outOfDates(terms: readonly KeyTerms[], now: string): Objection | undefined {
  return expiry(terms, now) ?? tooEarly(terms, now);
}

function expiry(terms: readonly KeyTerms[], now: string): Objection | undefined {
  const living = terms.filter(({ notAfter }) => notAfter === undefined || now < notAfter);
  const [first] = terms;
  if (living.length > 0 || first === undefined) return undefined;
  const text = `${nameOf(first)} was good until ${first.notAfter ?? ''}, and now it is ${now}`;
  return { code: 'POLICY_KEY_EXPIRED', text };
}

function tooEarly(terms: readonly KeyTerms[], now: string): Objection | undefined {
  const begun = terms.filter(
    ({ notBefore, notAfter }) =>
      (notBefore === undefined || notBefore <= now) && (notAfter === undefined || now < notAfter),
  );
  const waiting = terms.find(({ notBefore }) => notBefore !== undefined && now < notBefore);
  if (begun.length > 0 || waiting === undefined) return undefined;
  const text = `${nameOf(waiting)} is good from ${waiting.notBefore ?? ''}, and now it is ${now}`;
  return { code: 'POLICY_KEY_NOT_YET_VALID', text };
}

function nameOf({ name, key }: KeyTerms): string {
  return `the key ${name} (${formatFingerprint(key.fingerprint)})`;
}

const hints: Partial<Record<PolicyErrorCode, string>> = {
  POLICY_KEY_REVOKED:
    'do not use it; ask the connected side to export with a key that is not revoked',
  POLICY_KEY_CHANNEL:
    'ask whether this bundle was meant for another channel; only then allow the key for it',
  POLICY_KEY_EXPIRED: "check this machine's date; ask the connected side for its new public key",
  POLICY_KEY_NOT_YET_VALID: "check this machine's date, and the dates with: sallyport trust list",
};
