/** Bundles that a trusted key signed and that are wrong: each command says the one code, and writes nothing. */
import { describe, it } from '@jest/globals';
import {
  contentOf,
  expectNothingVisible,
  expectRefusal,
  imageOf,
  openBundleScene,
  tinyImage,
  type HandmadeOptions,
  type TinyImage,
} from '@sallyport/testing';
import { mediaTypes } from 'oras-js';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const scene = (options?: HandmadeOptions) =>
  openBundleScene((args, world) => runCommand('sallyport', allCommands, args, world), options);

/** The same length and path, other bytes; the list follows. */
const otherLastBlob: HandmadeOptions['contents'] = (contents) =>
  contents.map((each, at) =>
    at === contents.length - 1 ? { ...each, bytes: Buffer.alloc(each.bytes.length) } : each,
  );

async function withManifest(change: (json: string) => string): Promise<HandmadeOptions> {
  return { images: [{ image: await changedManifest(change) }] };
}

async function changedManifest(change: (json: string) => string): Promise<TinyImage> {
  const { contents } = await tinyImage();
  const bytes = Buffer.from(change(String(contents.at(-1)?.bytes)));
  return imageOf([...contents.slice(0, -1), contentOf(mediaTypes.ociManifest, bytes)]);
}

type Row = readonly [
  what: string,
  exit: number,
  code: string,
  options: HandmadeOptions | Promise<HandmadeOptions>,
  /** Where the size of a file gives it away before its content does. */
  codeOfFile?: string,
];

const lists: readonly Row[] = [
  ['has a layer under the name of another', 30, 'BUNDLE_LIST_INVALID', { contents: otherLastBlob }],
  ['has an unknown field', 30, 'BUNDLE_LIST_INVALID', { list: (list) => ({ ...list, extra: 1 }) }],
  [
    'has a key twice',
    30,
    'BUNDLE_LIST_INVALID',
    { text: (json) => json.replace(/\}$/, ',"kind":"full"}') },
  ],
  [
    'has __proto__',
    30,
    'BUNDLE_LIST_INVALID',
    { text: (json) => json.replace(/\}$/, ',"__proto__":{}}') },
  ],
  ['begins with a byte order mark', 30, 'BUNDLE_LIST_INVALID', { text: (json) => `\ufeff${json}` }],
  [
    'has a channel with an escape',
    30,
    'BUNDLE_LIST_INVALID',
    { list: (list) => ({ ...list, channel: '\u001b[2J' }) },
  ],
  ['names no source', 30, 'BUNDLE_LIST_INVALID', { list: (list) => ({ ...list, sources: [] }) }],
  [
    'is a full bundle with a base',
    30,
    'BUNDLE_LIST_INVALID',
    { list: (list) => ({ ...list, base: { bundle: `sha256:${'0'.repeat(64)}`, sequence: 1 } }) },
  ],
  [
    'is of a newer version',
    2,
    'BUNDLE_TOO_NEW',
    { text: (json) => json.replace('bundle.v1+json', 'bundle.v2+json') },
  ],
  [
    'requires what is unknown',
    2,
    'BUNDLE_TOO_NEW',
    { list: (list) => ({ ...list, requires: ['x'] }) },
  ],
  ['is for no site', 31, 'POLICY_AUDIENCE', { list: (list) => ({ ...list, audience: [] }) }],
  [
    'has expired',
    31,
    'POLICY_EXPIRED',
    { list: (list) => ({ ...list, expires: '2026-01-02T03:04:06Z' }) },
  ],
];

const contents: readonly Row[] = [
  ['lacks a layer', 30, 'BUNDLE_CONTENT_MISMATCH', { contents: (all) => all.slice(0, -1) }],
  [
    'has entries that no image names',
    30,
    'BUNDLE_CONTENT_MISMATCH',
    { list: (list) => ({ ...list, images: [] }) },
  ],
  [
    'has a manifest that is an index, too',
    30,
    'MANIFEST_INVALID',
    withManifest((json) => json.replace(/\}$/, ',"manifests":[]}')),
  ],
  [
    'has a manifest with a key twice',
    30,
    'MANIFEST_INVALID',
    withManifest((json) => json.replace(/\}$/, ',"layers":[]}')),
  ],
  [
    'has a layer by sha512',
    30,
    'DIGEST_UNSUPPORTED',
    withManifest((json) =>
      json.replace(/("layers":\[\{.*?)sha256:[a-f0-9]*/, `$1sha512:${'0'.repeat(128)}`),
    ),
  ],
  [
    'has a layer to fetch from elsewhere',
    30,
    'MANIFEST_UNSUPPORTED',
    withManifest((json) =>
      json.replace('"layers":[{', '"layers":[{"urls":["http://127.0.0.1:9/"],'),
    ),
  ],
];

const archives: readonly Row[] = [
  [
    'has a second entry of one name',
    30,
    'BUNDLE_PADDING',
    { archive: (all) => [...all.slice(0, -1), ...all.slice(-1), ...all.slice(-1)] },
    'BUNDLE_TRAILING_BYTES',
  ],
  [
    'has two entries swapped',
    30,
    'BUNDLE_HEADER_MISMATCH',
    { archive: (all) => [...all.slice(0, 3), ...all.slice(3, 5).reverse(), ...all.slice(5)] },
  ],
  [
    'has an entry less',
    30,
    'BUNDLE_HEADER_MISMATCH',
    { archive: (all) => [...all.slice(0, -2), ...all.slice(-1)] },
    'BUNDLE_TRUNCATED',
  ],
  [
    'begins with another entry',
    31,
    'BUNDLE_UNSIGNED',
    { archive: (all) => [...all.slice(2), ...all.slice(0, 2)] },
  ],
  [
    'has no signature entry',
    30,
    'BUNDLE_HEADER_MISMATCH',
    { archive: ([list, , ...rest]) => (list === undefined ? [] : [list, ...rest]) },
  ],
];

describe.each([
  ['list', lists],
  ['content', contents],
  ['tar', archives],
])('using a bundle whose %s is wrong', (_part, rows) => {
  it.each(rows)(
    'lets nothing be pulled when it %s',
    async (...[, exit, code, options, ofFile = code]: Row) => {
      await using at = await scene(await options);

      const runs = await at.tryAll(at.bundle.bytes);

      const pipes = new Set([1, 3]);
      for (const [index, run] of runs.entries())
        expectRefusal(run, { exit, code: pipes.has(index) ? code : ofFile });
      expectNothingVisible(at.registry);
    },
  );
});
