/**
 * Whether a bundle may follow what was imported before.
 *
 * Going back is refused without a reason given at that very import, and so is
 * a first import that nobody announced: a lost state looks just like one.
 */
import type { BundleManifest, SiteTrust } from '@sallyport/bundle';
import type { Digest } from 'oras-js';
import { latestImport, type ChannelState, type Landmark } from './channel-state.js';
import { AlreadyImported, StateError } from './state-error.js';

export interface ImportChoices {
  /** `registry/prefix`; undefined asks about no destination in particular. */
  readonly destination: string | undefined;
  /** Consent to start without any memory of the channel. */
  readonly firstImport: boolean;
  /** Consent to go back, with its reason. */
  readonly rollbackReason: string | undefined;
  /** Write again what is there already. */
  readonly again: boolean;
}

export interface ImportDecision {
  readonly kind: 'first' | 'newer' | 'again' | 'elsewhere' | 'rollback';
  /** What the channel had reached before. */
  readonly before: Landmark | undefined;
  /** Why going back is allowed; of a rollback only. */
  readonly rollbackReason: string | undefined;
  /** What a person should know, one sentence each. */
  readonly notes: readonly string[];
}

type Listed = Pick<BundleManifest, 'channel' | 'sequence' | 'kind' | 'base' | 'previous'>;

/** @throws StateError */
export function decideImport(
  state: ChannelState | undefined,
  listed: Listed,
  bundle: Digest,
  choices: ImportChoices,
  trust: SiteTrust,
): ImportDecision {
  const { highest } = state ?? {};
  if (state === undefined || highest === undefined) {
    return firstImport(state, listed, choices, trust);
  }
  const kind = kindOf(state, highest, listed, bundle, choices);
  refuseNeedless(kind, listed, choices);
  requireBase(state, listed, choices);
  return {
    kind,
    before: highest,
    rollbackReason: kind === 'rollback' ? choices.rollbackReason : undefined,
    notes: gapNotes(state, listed, bundle),
  };
}

function firstImport(
  state: ChannelState | undefined,
  listed: Listed,
  choices: ImportChoices,
  trust: SiteTrust,
): ImportDecision {
  const { channel } = listed;
  const ground = groundOfFirst(state, channel, choices, trust);
  if (ground === undefined) {
    throw new StateError(
      'STATE_MISSING',
      `expected to know what was imported last of the channel ${channel}, found no state`,
      {
        hint: 'restore the state from a backup; only if nothing of this channel was ever imported here, add --first-import',
      },
    );
  }
  refuseNeedless('first', listed, choices);
  requireBase(state, listed, choices);
  const note = `no earlier import of the channel ${channel} is known; this is the first, ${ground}`;
  return { kind: 'first', before: undefined, rollbackReason: undefined, notes: [note] };
}

function groundOfFirst(
  state: ChannelState | undefined,
  channel: string,
  { firstImport }: ImportChoices,
  { keys, minimumSequence }: SiteTrust,
): string | undefined {
  if (state?.reset !== undefined)
    return `after a reset at ${state.reset.at}: ${state.reset.reason}`;
  if (firstImport) return 'as --first-import says';
  const least = minimumSequence.get(channel);
  if (least !== undefined) return `from sequence ${least} on, as the trust file says`;
  if (keys.every(({ channels }) => channels === 'every')) return 'as its key was given by hand';
  return undefined;
}

function kindOf(
  state: ChannelState,
  highest: Landmark,
  { channel, sequence }: Listed,
  bundle: Digest,
  { destination, rollbackReason, again }: ImportChoices,
): ImportDecision['kind'] {
  const last = latestImport(state, destination);
  if (last?.bundle === bundle && !again) {
    const { destination: to, imported } = last;
    throw new AlreadyImported({ channel, sequence, bundle, destination: to, imported });
  }
  const isHighest = highest.bundle === bundle;
  if (sequence > highest.sequence) return 'newer';
  if (isHighest) return last?.bundle === bundle ? 'again' : 'elsewhere';
  if (rollbackReason !== undefined) return 'rollback';
  const hint = 'import a newer bundle; to go back all the same, add --allow-rollback "REASON"';
  if (sequence === highest.sequence) {
    throw new StateError(
      'STATE_SEQUENCE_REUSED',
      `expected ${highest.bundle} as ${channel} ${sequence}, as was imported before, found ${bundle}`,
      { hint },
    );
  }
  throw new StateError(
    'STATE_ROLLBACK',
    `expected a bundle of the channel ${channel} after sequence ${highest.sequence}, found ${sequence}`,
    { hint },
  );
}

/** A consent in a script would be there on the day it must not be. */
function refuseNeedless(
  kind: ImportDecision['kind'],
  { channel }: Listed,
  { firstImport, rollbackReason }: ImportChoices,
): void {
  if (firstImport && kind !== 'first') {
    throw new StateError(
      'STATE_CONSENT_UNNEEDED',
      `expected no earlier import of the channel ${channel}, as --first-import says, found one`,
      { hint: 'leave --first-import away' },
    );
  }
  if (rollbackReason === undefined || kind === 'rollback') return;
  throw new StateError(
    'STATE_CONSENT_UNNEEDED',
    `expected a step back of the channel ${channel}, as --allow-rollback says, found none`,
    { hint: 'leave --allow-rollback away' },
  );
}

function requireBase(
  state: ChannelState | undefined,
  { kind, base, channel }: Listed,
  { destination }: ImportChoices,
): void {
  if (kind === 'full' || base === undefined) return;
  const isKnown = (state?.imports ?? []).some(
    (each) =>
      each.bundle === base.bundle &&
      each.sequence === base.sequence &&
      (destination === undefined || each.destination === destination),
  );
  if (isKnown) return;
  throw new StateError(
    'STATE_BASE_UNKNOWN',
    `expected the base ${channel} ${base.sequence} (${base.bundle}) to be imported already, found no such import${destination === undefined ? '' : ` to ${destination}`}`,
    { hint: 'import the base bundle first, or a full bundle' },
  );
}

function gapNotes(state: ChannelState, { previous, channel }: Listed, bundle: Digest): string[] {
  const known = [state.highest, ...state.imports].map((each) => each?.bundle);
  if (previous === null || known.includes(previous) || known.includes(bundle)) return [];
  return [
    `the bundle of the channel ${channel} before this one (${previous}) was not imported here`,
  ];
}
