/**
 * What time it is, for decisions about a bundle.
 *
 * The clock of a machine that has no network is often wrong. It can be held
 * against one thing: a bundle that was imported here was created before now.
 */
import { formatTime } from '../list/list-fields.js';

export interface PolicyClock {
  /** What this machine's clock says. */
  readonly now: Date;
  /** When the newest bundle ever imported was created; undefined when none is known. */
  readonly newestCreated: string | undefined;
}

export interface PolicyTime {
  /** The clock, or `newestCreated` when that is later. */
  readonly now: Date;
  /** What is wrong with the clock, for the reader; undefined when nothing is known to be. */
  readonly doubt: string | undefined;
}

/** How far clocks of the two sides may differ, as the bundle format says. */
export const skewMs = 24 * 3600 * 1000;
/** There was no such program before; a clock without a battery starts in 1970 or 2000. */
const earliest = new Date('2025-01-01T00:00:00Z');
/** The whole life of a site in years, and its bundles' too. */
const farAheadMs = 20 * 365.25 * 24 * 3600 * 1000;

/** @param created When the bundle in question was created. */
export function policyTime({ now, newestCreated }: PolicyClock, created: string): PolicyTime {
  const newest = newestCreated === undefined ? undefined : new Date(newestCreated);
  const says = `this machine's clock says ${formatTime(now)}`;
  const isBehind = newest !== undefined && now.getTime() < newest.getTime() - skewMs;
  if (isBehind) {
    return {
      now: newest,
      doubt: `${says}, but a bundle created ${formatTime(newest)} was imported already; that time is used`,
    };
  }
  const effective = newest !== undefined && newest > now ? newest : now;
  const known = Math.max(newest?.getTime() ?? 0, Date.parse(created));
  const isWrong = now < earliest || now.getTime() > known + farAheadMs;
  return { now: effective, doubt: isWrong ? `${says}, which cannot be right` : undefined };
}
