/** The trust file of a site: whoever can write it can do everything, so what it says must be read in one way. */
import { isDeepStrictEqual } from 'node:util';
import { promise } from '../lib/fuzz/execute.mjs';
import { jsonMutations } from '../lib/fuzz/mutate-json.mjs';
import { parseTrustFile } from '../../packages/bundle/dist/trust/parse-trust-file.js';
import { formatTrustFile } from '../../packages/bundle/dist/trust/format-trust-file.js';

export const reader = {
  name: 'trust-file',
  refusals: [
    'TRUST_FILE_INVALID',
    'TRUST_FILE_TOO_NEW',
    'KEY_INVALID',
    'KEY_UNSUPPORTED',
    'KEY_WRONG_KIND',
  ],
  mutations: jsonMutations,
  open: async () => ({
    run: (bytes) => {
      const trust = parseTrustFile(bytes, 'trust.json');
      const text = formatTrustFile(trust);
      const again = parseTrustFile(Buffer.from(text), 'trust.json');
      promise(formatTrustFile(again) === text, 'writes one trust in two spellings');
      promise(
        isDeepStrictEqual(shown(again), shown(trust)),
        'reads its own writing as another trust',
      );
      promise(
        trust.keys.every(({ channels }) => Array.isArray(channels)),
        'a key for every channel',
      );
      promise(trust.threshold >= 1, 'asks for no signature');
    },
  }),
};

function shown({ keys, minimumSequence, ...rest }) {
  const named = keys.map(({ key, ...terms }) => ({ ...terms, fingerprint: key.fingerprint }));
  return {
    ...rest,
    keys: named.sort((a, b) => (a.name < b.name ? -1 : 1)),
    minimumSequence: [...minimumSequence].sort(),
  };
}
