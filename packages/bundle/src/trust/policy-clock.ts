/**
 * What time it is, for decisions about a bundle.
 *
 * The clock of a machine that has no network is often wrong. It can be held
 * against one thing: a bundle that was imported here was created before now.
 * That makes it later than now for what has expired, and never for what is too
 * early: bundles of a stolen key could push such a limit ahead, each a day further.
 */
import { formatTime } from '../list/list-fields.js';

export interface PolicyClock {
  /** What this machine's clock says. */
  readonly now: Date;
  /** When the newest bundle ever imported was created; undefined when none is known. */
  readonly newestCreated: string | undefined;
}

export interface PolicyTime {
  /** For what has ended: the clock, or `newestCreated` when that is later. */
  readonly now: Date;
  /** For what is too early: the clock and `skewMs`, or `newestCreated` when that is later. */
  readonly latest: Date;
  /** What is wrong with the clock, for the reader; undefined when nothing is known to be. */
  readonly doubt: string | undefined;
}

/** How far clocks of the two sides may differ, as the bundle format says. */
const skewMs = 24 * 3600 * 1000;
/** There was no such program before; a clock without a battery starts in 1970 or 2000. */
const earliest = new Date('2025-01-01T00:00:00Z');
/** The whole life of a site in years, and its bundles' too. */
const farAheadMs = 20 * 365.25 * 24 * 3600 * 1000;

/** @param created When the bundle in question was created. */
export function policyTime({ now, newestCreated }: PolicyClock, created: string): PolicyTime {
  const newest = newestCreated === undefined ? undefined : new Date(newestCreated);
  return {
    now: later(now, newest),
    // What is no newer than a bundle that was let in already moves nothing further.
    latest: later(latestAt(now), newest),
    doubt: doubtOf(now, newest, created),
  };
}

/** The last moment that a bundle may be created at, or count its sequence to in seconds, while a clock says `now`. */
export function latestAt(now: Date): Date {
  return new Date(now.getTime() + skewMs);
}

function doubtOf(now: Date, newest: Date | undefined, created: string): string | undefined {
  const says = `this machine's clock says ${formatTime(now)}`;
  if (newest !== undefined && newest > latestAt(now)) {
    return `${says}, but a bundle created ${formatTime(newest)} was imported already; that time is used`;
  }
  const known = Math.max(newest?.getTime() ?? 0, Date.parse(created));
  const isWrong = now < earliest || now.getTime() > known + farAheadMs;
  return isWrong ? `${says}, which cannot be right` : undefined;
}

function later(time: Date, other: Date | undefined): Date {
  return other !== undefined && other > time ? other : time;
}
