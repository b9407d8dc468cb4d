/** The one spelling in which trust files are written: fixed order of fields, keys by name. */
import { publicKeyPem } from '../keys/public-key.js';
import { trustFileType } from './parse-trust-file.js';
import type { KeyTerms, SiteTrust } from './site-trust.js';

export function formatTrustFile(trust: SiteTrust): string {
  const { site, threshold, maxAgeDays, requireExpires, sourceHosts, minimumSequence } = trust;
  const minimums = [...minimumSequence].sort(([a], [b]) => (a < b ? -1 : 1));
  const fields = {
    _type: trustFileType,
    site,
    threshold,
    maxAgeDays,
    requireExpires,
    sourceHosts: sourceHosts && [...sourceHosts].sort(),
    minimumSequence: Object.fromEntries(minimums),
    keys: [...trust.keys].sort((a, b) => (a.name < b.name ? -1 : 1)).map(keyFields),
  };
  return `${JSON.stringify(fields, null, 2)}\n`;
}

function keyFields({ name, key, channels, notBefore, notAfter, revoked }: KeyTerms): object {
  return {
    name,
    publicKey: publicKeyPem(key),
    // "every" is for keys given by hand; the reader refuses it, so it cannot slip into a file.
    channels: channels === 'every' ? channels : [...channels].sort(),
    notBefore,
    notAfter,
    revoked: revoked && { at: revoked.at, reason: revoked.reason },
  };
}
