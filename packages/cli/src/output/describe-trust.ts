/** A trust file, for people and for programs. */
import {
  formatFingerprint,
  formatTime,
  type KeyTerms,
  type SiteTrust,
  type TrustedKey,
} from '@sallyport/bundle';

/** In groups for the phone, and as `openssl pkey -pubin -in FILE -outform DER | sha256sum` prints it. */
export function fingerprintLines({ fingerprint }: TrustedKey): readonly string[] {
  return [`fingerprint: ${formatFingerprint(fingerprint)}`, `in hex:      ${fingerprint}`];
}

export function trustLines(trust: SiteTrust, now: Date): readonly string[] {
  const { threshold, maxAgeDays, requireExpires, site, sourceHosts, minimumSequence } = trust;
  return [
    `threshold:   ${threshold} of ${trust.keys.length} keys`,
    `site:        ${site ?? 'no name'}`,
    `bundles:     ${maxAgeDays === undefined ? 'of any age' : `at most ${maxAgeDays} days old`}, ${requireExpires ? 'must expire' : 'need not expire'}`,
    `sources:     ${sourceHosts === undefined ? 'every host' : sourceHosts.join(', ')}`,
    ...[...minimumSequence].map(
      ([channel, sequence]) => `minimum:     sequence ${sequence} of the channel ${channel}`,
    ),
    ...trust.keys.flatMap((terms) => keyLines(terms, now)),
  ];
}

export function trustJson(trust: SiteTrust, now: Date): object {
  const { threshold, maxAgeDays, requireExpires, site, sourceHosts, minimumSequence } = trust;
  return {
    threshold,
    maxAgeDays,
    requireExpires,
    site,
    sourceHosts,
    minimumSequence: Object.fromEntries(minimumSequence),
    keys: trust.keys.map((terms) => keyJson(terms, now)),
  };
}

function keyLines(terms: KeyTerms, now: Date): readonly string[] {
  const { name, key, notBefore, notAfter, revoked } = terms;
  const dates = [
    ...(notBefore === undefined ? [] : [`from ${notBefore}`]),
    ...(notAfter === undefined ? [] : [`until ${notAfter}`]),
  ];
  return [
    '',
    `key:         ${name}: ${stateOf(terms, now)}`,
    ...fingerprintLines(key),
    `channels:    ${[terms.channels].flat().join(', ')}`,
    ...(dates.length === 0 ? [] : [`counts:      ${dates.join(', ')}`]),
    ...(revoked === undefined ? [] : [`revoked:     ${revoked.at}, ${revoked.reason}`]),
  ];
}

function keyJson(terms: KeyTerms, now: Date): object {
  const { name, key, channels, notBefore, notAfter, revoked } = terms;
  const { fingerprint } = key;
  const state = stateOf(terms, now);
  return { name, fingerprint, state, channels, notBefore, notAfter, revoked };
}

function stateOf({ revoked, notBefore, notAfter }: KeyTerms, now: Date): string {
  const today = formatTime(now);
  if (revoked !== undefined) return 'revoked';
  if (notAfter !== undefined && today >= notAfter) return 'expired';
  return notBefore !== undefined && today < notBefore ? 'not yet valid' : 'valid';
}
