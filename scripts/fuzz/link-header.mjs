/** Addresses that a registry writes into `Link`, `Location` and `Retry-After`: none of them leads credentials away. */
import { promise } from '../lib/fuzz/execute.mjs';
import { textMutations } from '../lib/fuzz/mutate-text.mjs';
import { nextPage } from '../../packages/oras-js/dist/http/next-page.js';
import { retryAfterMs } from '../../packages/oras-js/dist/http/retry-after.js';
import {
  uploadLocation,
  withDigest,
} from '../../packages/oras-js/dist/registry/upload-location.js';

const words = [
  '<',
  '>',
  ';',
  ',',
  ' ',
  '"',
  'rel="next"',
  'rel=next',
  'rel=prev',
  '; ',
  '/v2/a/tags/list?n=1&last=b',
  'https://registry.example.com',
  'https://evil.example',
  '//',
  '@',
  '\\',
  '..',
  '?',
  '#',
  '%',
  'registry.example.com:443',
  ':',
  '\t',
  '\u0080',
  'Wed, 21 Oct 2026 07:28:00 GMT',
  '120',
];
const bases = [
  'https://registry.example.com/v2/a/tags/list',
  'http://registry.example.com:5000/v2/a/blobs/uploads/',
];

export const reader = {
  name: 'link-header',
  refusals: ['REGISTRY_PROTOCOL'],
  mutations: textMutations(words),
  open: async () => ({
    run: (bytes) => {
      // What node lets through in a header.
      const text = bytes
        .filter((byte) => byte === 9 || (byte > 31 && byte !== 127))
        .toString('latin1');
      const waitMs = retryAfterMs(text);
      promise(waitMs === undefined || waitMs >= 0, 'a wait that is none');
      const refusals = bases.flatMap((base) => [
        outcome(() => checkPage(base, text)),
        outcome(() => checkUpload(base, text)),
      ]);
      const refusal = refusals.find((error) => error !== undefined);
      if (refusal !== undefined) throw refusal;
    },
  }),
};

function checkPage(base, text) {
  const url = nextPage(...exchange(base, text));
  promise(url === undefined || url.origin === new URL(base).origin, 'a page elsewhere');
}

function checkUpload(base, text) {
  const [request, response] = exchange(base, text);
  const url = withDigest(uploadLocation(request, response), `sha256:${'a'.repeat(64)}`);
  promise(url.protocol === 'https:' || base.startsWith('http:'), 'an upload without TLS');
  promise(url.username === '' && url.password === '', 'a name in the address');
  promise(url.searchParams.getAll('digest').length === 1, 'two digests');
}

function exchange(base, text) {
  const url = new URL(base);
  const request = { method: 'GET', url, operation: 'listing' };
  return [request, { status: 200, url, headers: { get: () => text } }];
}

function outcome(check) {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error.code !== 'REGISTRY_PROTOCOL') throw error;
    return error;
  }
}
