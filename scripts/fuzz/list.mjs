/** The signed list, as it is read once a signature was good: a signer is trusted with content, not with the program. */
import { isDeepStrictEqual } from 'node:util';
import { promise } from '../lib/fuzz/execute.mjs';
import { jsonMutations } from '../lib/fuzz/mutate-json.mjs';
import { plainOf } from '../lib/fuzz/scan-json.mjs';
import { parseList } from '../../packages/bundle/dist/list/parse-list.js';
import { encodeList } from '../../packages/bundle/dist/list/encode-list.js';
import { layOut } from '../../packages/bundle/dist/layout/bundle-layout.js';

export const reader = {
  name: 'list',
  refusals: ['BUNDLE_LIST_INVALID', 'BUNDLE_TOO_NEW'],
  mutations: jsonMutations,
  open: async () => ({
    run: (bytes) => {
      const manifest = parseList(bytes);
      checkRoundTrip(manifest, bytes);
      checkTexts({ ...manifest, annotations: {} });
      checkPlaces(manifest, bytes.length);
    },
  }),
};

function checkRoundTrip(manifest, bytes) {
  const again = encodeList(manifest);
  promise(isDeepStrictEqual(parseList(again), manifest), 'reads its own writing as another list');
  promise(encodeList(parseList(again)).equals(again), 'writes one list in two spellings');
  const { _type, ...theirs } = JSON.parse(bytes.toString('utf8'));
  const sorted = (value) => JSON.stringify(plainOf(value).pairs.sort());
  promise(
    isDeepStrictEqual(sorted({ ...theirs, _type }), sorted(JSON.parse(String(again)))) ||
      isDeepStrictEqual(JSON.parse(String(again)), { _type, ...theirs }),
    'dropped or changed a field that was signed',
  );
}

function checkTexts(value) {
  if (typeof value === 'string')
    promise(/^[\x20-\x7e]*$/.test(value), 'took a text that is not ASCII');
  else if (typeof value === 'object' && value !== null) {
    for (const each of Object.values(value)) checkTexts(each);
  }
}

function checkPlaces({ entries, totals }, listBytes) {
  const { entries: placed, fileBytes } = layOut(listBytes, 1, entries);
  let end = 0;
  for (const { headerAt, contentAt, entry } of placed) {
    promise(
      headerAt >= end && headerAt % 512 === 0 && contentAt === headerAt + 512,
      'entries overlap',
    );
    end = contentAt + entry.size;
  }
  promise(fileBytes >= end + 1024 && fileBytes > totals.bytes, 'the end lies inside');
}
