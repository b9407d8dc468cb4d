/** What a site's rules refuse of a bundle whose signatures are good. */
import { describe, expect, it } from '@jest/globals';
import { testSigner } from '@sallyport/testing';
import type { BundleManifest } from '../list/bundle-manifest.js';
import { parsePublicKey } from '../keys/public-key.js';
import { checkPolicy } from './check-policy.js';
import { requireUsableKeys } from './eligible-signers.js';
import type { PolicyClock } from './policy-clock.js';
import { emptyTrust, trustByHand, type KeyTerms, type SiteTrust } from './site-trust.js';

const now = new Date('2026-06-15T12:00:00Z');

function terms(name: string, more: Partial<KeyTerms> = {}): KeyTerms {
  const key = parsePublicKey(testSigner().publicKeyPem, 'test.pub');
  const limits = { notBefore: undefined, notAfter: undefined, revoked: undefined };
  return { name, key, channels: ['default'], ...limits, ...more };
}

const [alpha, beta] = [terms('alpha'), terms('beta')];
const trust: SiteTrust = { ...emptyTrust, keys: [alpha, beta] };

const listed = {
  channel: 'default',
  sequence: 1_781_000_000,
  created: '2026-06-15T00:00:00Z',
  sources: [{ host: 'registry.gitlab.com', repository: 'security-products/dast' }],
} as unknown as BundleManifest;

interface Case {
  readonly trust?: Partial<SiteTrust>;
  readonly listed?: Partial<BundleManifest>;
  readonly signers?: readonly KeyTerms[];
  readonly clock?: Partial<PolicyClock>;
}

function check(given: Case): readonly string[] {
  const signers = given.signers ?? [given.trust?.keys?.[0] ?? alpha];
  return checkPolicy(
    { ...trust, ...given.trust },
    { ...listed, ...given.listed },
    signers.map(({ key }) => key),
    { now, newestCreated: undefined, ...given.clock },
  );
}

const refusal = (code: string, words = ''): unknown =>
  expect.objectContaining({ name: 'PolicyError', code, message: expect.stringContaining(words) });

const revoked = { revoked: { at: '2026-01-01T00:00:00Z', reason: 'stolen' } };

describe('counting the keys that signed', () => {
  it('has nothing to say of a key that is good', () => {
    expect(check({})).toEqual([]);
  });

  it.each<[string, Partial<KeyTerms>, string, string]>([
    ['is revoked', revoked, 'POLICY_KEY_REVOKED', 'stolen'],
    ['may not sign for the channel', { channels: ['nightly'] }, 'POLICY_KEY_CHANNEL', 'nightly'],
    ['was good until now', { notAfter: '2026-06-15T12:00:00Z' }, 'POLICY_KEY_EXPIRED', 'until'],
    [
      'is good from the next second',
      { notBefore: '2026-06-15T12:00:01Z' },
      'POLICY_KEY_NOT_YET_VALID',
      'from',
    ],
  ])('does not count one that %s', (_what, limits, code, words) => {
    const bad = { ...alpha, ...limits };
    expect(() => check({ trust: { keys: [bad, beta] } })).toThrow(refusal(code, words));
    // Beside one that counts it is only mentioned.
    const notes = check({ trust: { keys: [bad, beta] }, signers: [bad, beta] });
    expect(notes).toEqual([expect.stringContaining(words)]);
    // Two are asked for, and only one counts.
    const two = { keys: [bad, beta], threshold: 2 };
    expect(() => check({ trust: two, signers: [bad, beta] })).toThrow(refusal(code, 'found 1'));
  });

  it('counts from the first second of its dates to the last', () => {
    const dates = { notBefore: '2026-06-15T12:00:00Z', notAfter: '2026-06-15T12:00:01Z' };
    expect(check({ trust: { keys: [{ ...alpha, ...dates }] } })).toEqual([]);
  });

  it('takes a key that stands twice for revoked when it is revoked once', () => {
    const twice = { ...alpha, name: 'again', ...revoked };
    expect(() => check({ trust: { keys: [alpha, twice] } })).toThrow(refusal('POLICY_KEY_REVOKED'));
  });

  it('adds up the channels of a key that stands twice', () => {
    const twice = { ...alpha, name: 'again', channels: ['nightly'] };
    const keys = [alpha, twice];
    expect(check({ trust: { keys }, listed: { channel: 'nightly' } })).toEqual([]);
  });

  it('counts a key that stands twice by the dates that it is in', () => {
    const later = { ...alpha, name: 'later', notBefore: '2027-01-01T00:00:00Z' };
    const current = { ...alpha, notBefore: '2026-06-15T12:00:00Z' };
    const past = { ...alpha, name: 'past', notAfter: '2026-01-01T00:00:00Z' };
    expect(check({ trust: { keys: [current, later, past] } })).toEqual([]);
    expect(() => check({ trust: { keys: [later, past] } })).toThrow(
      refusal('POLICY_KEY_NOT_YET_VALID'),
    );
  });

  it('lets a key given by hand sign for every channel', () => {
    const byHand = trustByHand([{ name: 'alpha.pub', key: alpha.key }], 1);
    expect(check({ trust: byHand, listed: { channel: 'nightly' } })).toEqual([]);
  });

  it('stops before any bundle is opened when no key could count', () => {
    const expired = { ...beta, notAfter: '2026-01-01T00:00:00Z' };
    const use = (keys: readonly KeyTerms[]) => () => {
      requireUsableKeys({ ...trust, keys }, now);
    };
    expect(use([{ ...alpha, ...revoked }])).toThrow(refusal('POLICY_KEY_REVOKED'));
    expect(use([expired])).toThrow(refusal('POLICY_KEY_EXPIRED'));
    expect(use([expired, alpha])).not.toThrow();
    // A clock that is behind must not stop it here: the state may know better.
    expect(use([{ ...alpha, notBefore: '2030-01-01T00:00:00Z' }])).not.toThrow();
  });
});

describe('holding a bundle against the rules of a site', () => {
  it.each<[string, Case, string]>([
    [
      'is for other sites',
      { trust: { site: 'here' }, listed: { audience: ['there'] } },
      'POLICY_AUDIENCE',
    ],
    [
      'is for named sites, and this has no name',
      { listed: { audience: ['there'] } },
      'POLICY_AUDIENCE',
    ],
    ['is for nobody', { trust: { site: 'here' }, listed: { audience: [] } }, 'POLICY_AUDIENCE'],
    ['comes from another host', { trust: { sourceHosts: ['ghcr.io'] } }, 'POLICY_SOURCE_HOST'],
    [
      'is created tomorrow',
      { listed: { created: '2026-06-16T12:00:01Z' } },
      'POLICY_CREATED_IN_FUTURE',
    ],
    ['expires now', { listed: { expires: '2026-06-15T12:00:00Z' } }, 'POLICY_EXPIRED'],
    ['does not expire but has to', { trust: { requireExpires: true } }, 'POLICY_EXPIRES_MISSING'],
    [
      'is a second older than 30 days',
      { trust: { maxAgeDays: 30 }, listed: { created: '2026-05-16T11:59:59Z' } },
      'POLICY_TOO_OLD',
    ],
    [
      'is below the lowest sequence',
      { trust: { minimumSequence: new Map([['default', 2]]) }, listed: { sequence: 1 } },
      'POLICY_SEQUENCE_TOO_LOW',
    ],
    [
      'has a sequence that no later one could pass',
      { listed: { sequence: Number.MAX_SAFE_INTEGER } },
      'POLICY_SEQUENCE_AHEAD',
    ],
  ])('refuses one that %s', (_what, given, code) => {
    expect(() => check(given)).toThrow(refusal(code));
  });

  it.each<[string, Case]>([
    ['is for this site too', { trust: { site: 'here' }, listed: { audience: ['there', 'here'] } }],
    ['comes from an allowed host', { trust: { sourceHosts: ['registry.gitlab.com'] } }],
    ['is created within the skew of a day', { listed: { created: '2026-06-16T12:00:00Z' } }],
    [
      'expires in a second',
      { trust: { requireExpires: true }, listed: { expires: '2026-06-15T12:00:01Z' } },
    ],
    [
      'is exactly 30 days old',
      { trust: { maxAgeDays: 30 }, listed: { created: '2026-05-16T12:00:00Z' } },
    ],
    [
      'has the lowest sequence',
      { trust: { minimumSequence: new Map([['default', 2]]) }, listed: { sequence: 2 } },
    ],
    [
      'is of another channel than the minimum',
      { trust: { minimumSequence: new Map([['nightly', 9]]) }, listed: { sequence: 2 } },
    ],
    [
      'counts its sequence in seconds up to tomorrow',
      { listed: { sequence: now.getTime() / 1000 + 86_400 } },
    ],
  ])('accepts one that %s', (_what, given) => {
    expect(check(given)).toEqual([]);
  });

  it('refuses a sequence one second beyond tomorrow', () => {
    const sequence = now.getTime() / 1000 + 86_401;
    expect(() => check({ listed: { sequence } })).toThrow(refusal('POLICY_SEQUENCE_AHEAD'));
  });
});

describe('living with a wrong clock', () => {
  const in1970 = { now: new Date('1970-01-01T00:10:00Z') };
  const in2099 = { now: new Date('2099-01-01T00:00:00Z') };

  it('blames the clock when a bundle seems to come from the future', () => {
    expect(() => check({ clock: in1970 })).toThrow(refusal('POLICY_CLOCK', '1970-01-01T00:10:00Z'));
  });

  it('uses the newest bundle that was imported as the lower bound', () => {
    const clock = { ...in1970, newestCreated: '2026-06-14T12:00:00Z' };
    const seen = { created: '2026-06-14T12:00:00Z' };
    expect(check({ clock, listed: seen })).toEqual([
      expect.stringContaining('2026-06-14T12:00:00Z'),
    ]);
    // What had expired then has expired now.
    expect(() =>
      check({
        clock,
        listed: { created: '2026-06-01T00:00:00Z', expires: '2026-06-14T00:00:00Z' },
      }),
    ).toThrow(refusal('POLICY_CLOCK'));
  });

  it('never takes it for the upper bound, and blames the clock', () => {
    const clock = { ...in1970, newestCreated: '2026-06-14T12:00:00Z' };
    const next = { created: '2026-06-14T12:00:01Z' };
    expect(() => check({ clock, listed: next })).toThrow(refusal('POLICY_CLOCK', '1970'));
    const ahead = { created: '2026-06-14T12:00:00Z', sequence: 1_781_438_401 };
    expect(() => check({ clock, listed: ahead })).toThrow(refusal('POLICY_CLOCK', '1970'));
  });

  it('does not let a bundle of tomorrow open the way to one of the day after', () => {
    const clock = { newestCreated: '2026-06-16T12:00:00Z' };
    expect(check({ clock, listed: { created: '2026-06-16T12:00:00Z' } })).toEqual([]);
    const next = { created: '2026-06-16T12:00:01Z' };
    expect(() => check({ clock, listed: next })).toThrow(refusal('POLICY_CREATED_IN_FUTURE'));
    const sequence = now.getTime() / 1000 + 86_401;
    const ahead = { created: '2026-06-16T12:00:00Z', sequence };
    expect(() => check({ clock, listed: ahead })).toThrow(refusal('POLICY_SEQUENCE_AHEAD'));
  });

  it('takes bundles of a packager whose clock is some minutes ahead', () => {
    const listed = { created: '2026-06-15T12:10:00Z', sequence: 1_781_525_400 };
    expect(check({ listed })).toEqual([]);
    // And the next ones, also once that time is the last that was seen.
    expect(check({ listed, clock: { newestCreated: '2026-06-15T12:10:00Z' } })).toEqual([]);
  });

  it('uses the lower bound without a word within the skew', () => {
    const clock = { newestCreated: '2026-06-16T06:00:00Z' };
    expect(check({ clock })).toEqual([]);
    expect(() => check({ clock, listed: { expires: '2026-06-16T00:00:00Z' } })).toThrow(
      refusal('POLICY_EXPIRED'),
    );
  });

  it('warns of a clock far ahead, and blames it when the bundle seems expired', () => {
    expect(check({ clock: in2099 })).toEqual([expect.stringContaining('2099-01-01')]);
    expect(() => check({ clock: in2099, listed: { expires: '2027-01-01T00:00:00Z' } })).toThrow(
      refusal('POLICY_CLOCK', '2099'),
    );
  });

  it('does not blame the clock for what has nothing to do with it', () => {
    const keys = [{ ...alpha, ...revoked }];
    expect(() => check({ clock: in2099, trust: { keys } })).toThrow(refusal('POLICY_KEY_REVOKED'));
    expect(() => check({ clock: in2099, trust: { requireExpires: true } })).toThrow(
      refusal('POLICY_EXPIRES_MISSING'),
    );
  });
});
