/**
 * Changes the trust file, and says in the record of the run what is different afterwards.
 *
 * Whom a site trusts decides everything that it imports later, so no command
 * changes the file without a line in the custody log.
 */
import { updateTrustFile, type KeyTerms, type SiteTrust } from '@sallyport/bundle';
import type { RunRecord } from './run-record.js';

export interface TrustChange {
  readonly trustFile: string;
  /** The key that is changed; undefined for the rules of the file. */
  readonly keyName?: string | undefined;
  readonly change: (trust: SiteTrust) => SiteTrust;
}

/** @throws TrustFileError, KeyError, and what `change` throws. */
export async function changeTrust(
  { trustFile, keyName, change }: TrustChange,
  record: RunRecord,
): Promise<SiteTrust> {
  record.note({ trustFile });
  return updateTrustFile(trustFile, (before) => {
    const after = change(before);
    const [was, is] = [termsOf(before, keyName), termsOf(after, keyName)];
    const terms = is ?? was;
    if (terms !== undefined) {
      record.note({ key: { name: terms.name, fingerprint: terms.key.fingerprint } });
    }
    const changes = [
      ...differences(ruleTexts(before), ruleTexts(after)),
      ...differences(keyTexts(was), keyTexts(is)),
    ];
    if (changes.length > 0) record.note({ changes });
    return after;
  });
}

function termsOf({ keys }: SiteTrust, keyName: string | undefined): KeyTerms | undefined {
  return keys.find(({ name }) => name === keyName);
}

type Texts = Readonly<Record<string, string | number | undefined>>;

function differences(before: Texts, after: Texts): readonly string[] {
  return Object.keys({ ...before, ...after }).flatMap((name) =>
    before[name] === after[name]
      ? []
      : `${name}: ${before[name] ?? 'none'} -> ${after[name] ?? 'none'}`,
  );
}

function ruleTexts(trust: SiteTrust): Texts {
  const { threshold, maxAgeDays, requireExpires, site, sourceHosts, minimumSequence } = trust;
  return {
    threshold,
    maxAgeDays,
    requireExpires: requireExpires ? 'yes' : 'no',
    site,
    sourceHosts: sourceHosts?.join(', '),
    ...Object.fromEntries(
      [...minimumSequence].map(([channel, least]) => [`minimumSequence of ${channel}`, least]),
    ),
  };
}

function keyTexts(terms: KeyTerms | undefined): Texts {
  if (terms === undefined) return {};
  const { channels, notBefore, notAfter, revoked } = terms;
  return { channels: [channels].flat().join(', '), notBefore, notAfter, revoked: revoked?.at };
}
