/** The times that a bundle states, held against now. */
import type { BundleManifest } from '../list/bundle-manifest.js';
import { formatTime } from '../list/list-fields.js';
import type { PolicyTime } from './policy-clock.js';
import { PolicyError } from './policy-error.js';
import type { SiteTrust } from './site-trust.js';

const dayMs = 24 * 3600 * 1000;

type Limits = Pick<SiteTrust, 'maxAgeDays' | 'requireExpires'>;

/** @throws PolicyError `POLICY_CREATED_IN_FUTURE`, `POLICY_EXPIRES_MISSING`, `POLICY_EXPIRED` or `POLICY_TOO_OLD`. */
export function checkTimes(limits: Limits, manifest: BundleManifest, time: PolicyTime): void {
  checkCreated(limits, manifest, time);
  checkExpires(limits, manifest, time);
}

function checkCreated(
  { maxAgeDays }: Limits,
  { created }: BundleManifest,
  { now, latest }: PolicyTime,
): void {
  const createdMs = Date.parse(created);
  if (createdMs > latest.getTime()) {
    throw new PolicyError(
      'POLICY_CREATED_IN_FUTURE',
      `expected a bundle created until ${formatTime(latest)}, found one created ${created}`,
      { hint: 'check the date of this machine and of the connected side' },
    );
  }
  if (maxAgeDays === undefined || createdMs >= now.getTime() - maxAgeDays * dayMs) return;
  throw new PolicyError(
    'POLICY_TOO_OLD',
    `expected a bundle created within ${maxAgeDays} days before now (${formatTime(now)}), found one created ${created}`,
    { hint: 'ask the connected side for a new bundle' },
  );
}

function checkExpires(
  { requireExpires }: Limits,
  { expires }: BundleManifest,
  { now }: PolicyTime,
): void {
  if (expires === undefined && requireExpires) {
    throw new PolicyError(
      'POLICY_EXPIRES_MISSING',
      'expected a bundle that says when it expires, found one that does not',
      { hint: 'ask the connected side to export with --expires' },
    );
  }
  if (expires === undefined || Date.parse(expires) > now.getTime()) return;
  throw new PolicyError(
    'POLICY_EXPIRED',
    `expected a bundle that is good now (${formatTime(now)}), found one that expired ${expires}`,
    { hint: 'ask the connected side for a new bundle' },
  );
}
