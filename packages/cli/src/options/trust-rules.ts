/** The rules that `trust set` changes, as a person states them. */
import { distinctKeys, signatureTrust, type SiteTrust } from '@sallyport/bundle';
import type { Minimum } from './minimum-sequence.js';

export interface RuleChanges {
  readonly threshold?: number;
  readonly maxAgeDays?: number;
  readonly requireExpires?: 'yes' | 'no';
  readonly site?: string;
  readonly sourceHost?: readonly string[];
  readonly minimumSequence?: readonly Minimum[];
  readonly clear?: string;
}

const rules = [
  'threshold',
  'maxAgeDays',
  'requireExpires',
  'site',
  'sourceHost',
  'minimumSequence',
] as const satisfies readonly (keyof RuleChanges)[];

/** What `--clear` takes away from the file. */
export const clearable = ['max-age-days', 'site', 'source-host'] as const;

/** Whether the flags change any rule. */
export function areRules({ clear, ...changes }: RuleChanges): boolean {
  return (
    rules.some((rule) => changes[rule] !== undefined) || clearable.some((rule) => rule === clear)
  );
}

/** @throws SignatureError `TRUST_THRESHOLD` or `TRUST_EMPTY` when no signature could ever be enough. */
export function applyRules(trust: SiteTrust, changes: RuleChanges): SiteTrust {
  const { threshold, maxAgeDays, requireExpires, site, sourceHost, minimumSequence } = changes;
  const changed: SiteTrust = {
    ...trust,
    threshold: threshold ?? trust.threshold,
    maxAgeDays: maxAgeDays ?? trust.maxAgeDays,
    requireExpires: requireExpires === undefined ? trust.requireExpires : requireExpires === 'yes',
    site: site ?? trust.site,
    sourceHosts: sourceHost ?? trust.sourceHosts,
    minimumSequence: withMinimums(trust, minimumSequence ?? []),
    ...cleared(changes.clear),
  };
  if (threshold !== undefined) distinctKeys(signatureTrust(changed));
  return changed;
}

function withMinimums(
  { minimumSequence }: SiteTrust,
  changes: readonly Minimum[],
): ReadonlyMap<string, number> {
  const all = [...minimumSequence, ...changes];
  return new Map([...new Map(all)].filter(([, sequence]) => sequence > 0));
}

function cleared(rule: RuleChanges['clear']): Partial<SiteTrust> {
  switch (rule) {
    case 'max-age-days':
      return { maxAgeDays: undefined };
    case 'site':
      return { site: undefined };
    case 'source-host':
      return { sourceHosts: undefined };
    default:
      return {};
  }
}
