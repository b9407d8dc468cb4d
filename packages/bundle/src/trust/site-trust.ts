/**
 * Whom a site trusts, for what and until when: what a trust file says, read.
 *
 * A key given by hand makes one too, without any of the limits that only a
 * file can state.
 */
import type { TrustedKey } from '../keys/public-key.js';
import type { Trust } from '../signature/trust.js';

export interface SiteTrust {
  readonly keys: readonly KeyTerms[];
  /** How many different keys must count; at least 1. */
  readonly threshold: number;
  /** The name that a bundle's audience has to hold, when it states one. */
  readonly site: string | undefined;
  /** Bundles created longer ago are refused. */
  readonly maxAgeDays: number | undefined;
  /** Bundles that do not say when they expire are refused. */
  readonly requireExpires: boolean;
  /** Hosts that images may come from; undefined allows every host. */
  readonly sourceHosts: readonly string[] | undefined;
  /** Channel to the lowest sequence that is accepted. */
  readonly minimumSequence: ReadonlyMap<string, number>;
}

/** What a key is trusted for. Times are `YYYY-MM-DDTHH:MM:SSZ`, which sorts by time. */
export interface KeyTerms {
  readonly name: string;
  readonly key: TrustedKey;
  /** Only a key given by hand signs for every channel. */
  readonly channels: readonly string[] | 'every';
  /** First moment at which it counts. */
  readonly notBefore: string | undefined;
  /** First moment at which it counts no more. */
  readonly notAfter: string | undefined;
  /** A revoked key never counts, whenever it signed. */
  readonly revoked: Revocation | undefined;
}

export interface Revocation {
  readonly at: string;
  readonly reason: string;
}

/** What a new trust file says before a key is added. */
export const emptyTrust: SiteTrust = {
  keys: [],
  threshold: 1,
  site: undefined,
  maxAgeDays: undefined,
  requireExpires: false,
  sourceHosts: undefined,
  minimumSequence: new Map(),
};

/** Keys named on the command line: good for every channel, at any time. */
export function trustByHand(keys: readonly NamedKey[], threshold: number): SiteTrust {
  return { ...emptyTrust, keys: keys.map((named) => ({ ...unlimited, ...named })), threshold };
}

export interface NamedKey {
  readonly name: string;
  readonly key: TrustedKey;
}

const unlimited = {
  channels: 'every',
  notBefore: undefined,
  notAfter: undefined,
  revoked: undefined,
} as const;

/** All keys, revoked ones too: a signature by one of them is known, and then does not count. */
export function signatureTrust({ keys, threshold }: SiteTrust): Trust {
  return { keys: keys.map(({ key }) => key), threshold };
}
