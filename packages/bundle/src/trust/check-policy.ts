/**
 * Step 10 of the verification: what a site allows beyond a good signature.
 *
 * Decides from the trust file, the list of the bundle and the time alone; what
 * was imported before is the offline side's to judge.
 */
import type { TrustedKey } from '../keys/public-key.js';
import type { BundleManifest } from '../list/bundle-manifest.js';
import { formatTime } from '../list/list-fields.js';
import { sequenceAt } from '../list/sequence-at.js';
import { requireEligible } from './eligible-signers.js';
import { policyTime, type PolicyClock, type PolicyTime } from './policy-clock.js';
import { PolicyError } from './policy-error.js';
import { checkTimes } from './policy-times.js';
import type { SiteTrust } from './site-trust.js';

/**
 * @param signers Keys with a good signature.
 * @returns What a person should know though it did not stop anything.
 * @throws PolicyError
 */
export function checkPolicy(
  trust: SiteTrust,
  manifest: BundleManifest,
  signers: readonly TrustedKey[],
  clock: PolicyClock,
): readonly string[] {
  checkAudience(trust, manifest);
  checkSources(trust, manifest);
  const time = policyTime(clock, manifest.created);
  const notes = blamingTheClock(time, () => {
    checkTimes(trust, manifest, time);
    const notes = requireEligible(trust, signers, manifest.channel, time.now);
    checkSequence(trust, manifest, time.latest);
    return notes;
  });
  return time.doubt === undefined ? notes : [time.doubt, ...notes];
}

function checkAudience({ site }: SiteTrust, { audience }: BundleManifest): void {
  if (audience === undefined || (site !== undefined && audience.includes(site))) return;
  throw new PolicyError(
    'POLICY_AUDIENCE',
    `expected a bundle for ${site === undefined ? 'every site, as this one has no name' : `the site ${site}`}, found one for ${audience.slice(0, 10).join(', ') || 'no site'}`,
    { hint: 'name this site with "sallyport trust set --site NAME", or ask for a bundle for it' },
  );
}

function checkSources({ sourceHosts }: SiteTrust, { sources }: BundleManifest): void {
  if (sourceHosts === undefined) return;
  const other = sources.find(({ host }) => !sourceHosts.includes(host));
  if (other === undefined) return;
  throw new PolicyError(
    'POLICY_SOURCE_HOST',
    `expected images from ${sourceHosts.join(', ')}, found ${other.repository} from ${other.host}`,
    { hint: 'allow the host with "sallyport trust set --source-host HOST", if it is meant' },
  );
}

function checkSequence(
  { minimumSequence }: SiteTrust,
  { channel, sequence }: BundleManifest,
  latest: Date,
): void {
  const least = minimumSequence.get(channel) ?? 1;
  if (sequence < least) {
    throw new PolicyError(
      'POLICY_SEQUENCE_TOO_LOW',
      `expected at least sequence ${least} of the channel ${channel}, found ${sequence}`,
      { hint: 'import a newer bundle' },
    );
  }
  const most = sequenceAt(latest);
  if (sequence <= most) return;
  throw new PolicyError(
    'POLICY_SEQUENCE_AHEAD',
    `expected a sequence of the channel ${channel} up to ${most}, which is ${formatTime(latest)} in seconds since 1970, found ${sequence}`,
    { hint: 'ask the connected side to count, or to leave --sequence away' },
  );
}

/** A bundle that a wrong clock refuses is not to blame. */
function blamingTheClock<Result>({ doubt }: PolicyTime, check: () => Result): Result {
  try {
    return check();
  } catch (cause) {
    if (doubt === undefined || !(cause instanceof PolicyError) || !isAboutTime(cause)) throw cause;
    throw new PolicyError('POLICY_CLOCK', doubt, { cause, hint: 'set the clock of this machine' });
  }
}

function isAboutTime({ code }: PolicyError): boolean {
  return (
    code !== 'POLICY_EXPIRES_MISSING' &&
    code !== 'POLICY_KEY_REVOKED' &&
    code !== 'POLICY_KEY_CHANNEL' &&
    code !== 'POLICY_SEQUENCE_TOO_LOW'
  );
}
