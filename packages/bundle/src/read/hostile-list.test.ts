/**
 * Lists that break a rule of the format and are signed by a trusted key all the
 * same: the second line has to hold when the first one fails.
 */
import { describe, expect, it } from '@jest/globals';
import {
  handmadeBundle,
  tinyImage,
  type HandmadeList,
  type HandmadeOptions,
} from '@sallyport/testing';
import { digestOf } from 'oras-js';
import { failureOf, pipeOf, provePipe, trusting } from '../test-bundles/proving.test.js';
import { openBundle } from './open-bundle.js';

/** The refusal of a bundle whose list was changed before it was signed. */
async function refusalOf(options: HandmadeOptions): Promise<string> {
  const { bytes, publicKeyPem } = await handmadeBundle(options);
  const error = await failureOf(openBundle(pipeOf(bytes), trusting(publicKeyPem)));
  return `${error.code}: ${error.message}`;
}

async function refusalOfList(change: (list: HandmadeList) => object): Promise<string> {
  return await refusalOf({ list: change });
}

async function refusalOfText(change: (json: string) => string | Buffer): Promise<string> {
  return await refusalOf({ text: change });
}

/** The list with one field of its only image changed. */
function inImage(fields: Record<string, unknown>): (list: HandmadeList) => object {
  return (list) => ({ ...list, images: list.images.map((image) => ({ ...image, ...fields })) });
}

function inSource(fields: Record<string, unknown>): (list: HandmadeList) => object {
  return (list) => ({ ...list, sources: list.sources.map((source) => ({ ...source, ...fields })) });
}

function inEntry(index: number, fields: Record<string, unknown>): (list: HandmadeList) => object {
  return (list) => ({
    ...list,
    entries: list.entries.map((entry) =>
      entry === list.entries.at(index) ? { ...entry, ...fields } : entry,
    ),
  });
}

const zeroDigest = `sha256:${'0'.repeat(64)}`;

describe('reading the type of a signed list', () => {
  it.each([
    ['v2', 'application/vnd.sallyport.bundle.v2+json', 'BUNDLE_TOO_NEW'],
    ['v10', 'application/vnd.sallyport.bundle.v10+json', 'BUNDLE_LIST_INVALID'],
    ['another type', 'application/json', 'BUNDLE_LIST_INVALID'],
  ])('refuses %s', async (_what, type, code) => {
    expect(await refusalOfList((list) => ({ ...list, _type: type }))).toMatch(code);
  });

  it.each<readonly [what: string, change: (json: string) => string | Buffer]>([
    ['a byte order mark', (json) => `\ufeff${json}`],
    ['UTF-16', (json) => Buffer.from(json, 'utf16le')],
    ['white space at the start', (json) => ` ${json}`],
    ['another field first', (json) => json.replace('{', '{"channel":"default",')],
    ['nothing', () => ''],
    ['null', () => 'null'],
    ['an array', (json) => `[${json}]`],
  ])('refuses %s by comparing the first bytes', async (_what, change) => {
    expect(await refusalOfText(change)).toMatch(/^BUNDLE_LIST_INVALID.*does not begin/);
  });

  it('says of a feature that it does not have that the bundle is too new', async () => {
    const refusal = await refusalOfList((list) => ({
      ...list,
      requires: ['volumes'],
      volumes: 3,
    }));
    expect(refusal).toMatch(/^BUNDLE_TOO_NEW.*"volumes"/);
  });
});

describe('reading the JSON of a signed list', () => {
  it.each<readonly [what: string, change: (json: string) => string | Buffer]>([
    ['a second document', (json) => `${json}{}`],
    ['a comment', (json) => json.replace('{', '{/* */')],
    ['a trailing comma', (json) => json.replace(/\}$/, ',}')],
    ['single quotes', (json) => json.replace('"kind"', "'kind'")],
    ['NaN', (json) => json.replace(/"sequence":\d+/, '"sequence":NaN')],
    ['a key twice', (json) => json.replace(/\}$/, ',"kind":"full"}')],
    ['a key twice, once escaped', (json) => json.replace(/\}$/, ',"kin\\u0064":"full"}')],
    ['__proto__', (json) => json.replace(/\}$/, ',"__proto__":{"kind":"delta"}}')],
    ['constructor', (json) => json.replace('"annotations":{', '"annotations":{"constructor":"x"')],
    ['prototype', (json) => json.replace(/\}$/, ',"prototype":{}}')],
    [
      'bytes that are no UTF-8',
      (json) => Buffer.from(json.replace('handmade', 'hand\xffmade'), 'latin1'),
    ],
    [
      'half a surrogate pair',
      (json) => json.replace('"annotations":{', '"annotations":{"a":"\\ud800"'),
    ],
    ['a control character', (json) => json.replace('handmade', 'hand\u0007made')],
    ['deep nesting', (json) => json.replace('"requires":[]', `"requires":${'['.repeat(100_000)}`)],
    ['a fraction', (json) => json.replace(/"sequence":\d+/, '"sequence":1.5')],
    ['an exponent', (json) => json.replace(/"sequence":\d+/, '"sequence":1e3')],
    ['a negative number', (json) => json.replace(/"sequence":\d+/, '"sequence":-1')],
    ['minus zero', (json) => json.replace(/"sequence":\d+/, '"sequence":-0')],
    ['a leading zero', (json) => json.replace(/"sequence":\d+/, '"sequence":01')],
    [
      'a number beyond 2^53',
      (json) => json.replace(/"sequence":\d+/, '"sequence":9007199254740992'),
    ],
  ])('refuses %s', async (_what, change) => {
    expect(await refusalOfText(change)).toMatch('BUNDLE_LIST_INVALID');
  });

  it('does not count white space as another list', async () => {
    const made = await handmadeBundle({
      text: (json) => json.replace(/,/g, ', ').replace(', ', ','),
    });
    await expect(provePipe(made)).resolves.toMatchObject({
      bundle: { digest: digestOf(made.list) },
    });
  });

  it('leaves the prototype of objects alone', async () => {
    await refusalOfText((json) => json.replace(/\}$/, ',"__proto__":{"polluted":true}}'));
    expect({}).not.toHaveProperty('polluted');
  });
});

describe('reading the fields of a signed list', () => {
  it.each<readonly [what: string, fields: Record<string, unknown>]>([
    ['an unknown field', { comment: 'x' }],
    ['no channel', { channel: undefined }],
    ['an upper-case channel', { channel: 'Nightly' }],
    ['a channel that climbs', { channel: '../default' }],
    ['a channel of 65 characters', { channel: 'a'.repeat(65) }],
    ['sequence 0', { sequence: 0 }],
    ['a sequence in quotes', { sequence: '1' }],
    ['no time', { created: undefined }],
    ['a day that does not exist', { created: '2026-02-30T00:00:00Z' }],
    ['a time with a zone', { created: '2026-01-02T03:04:05+00:00' }],
    ['a time with fractions', { created: '2026-01-02T03:04:05.000Z' }],
    ['an end before the start', { expires: '2026-01-02T03:04:05Z' }],
    ['another kind', { kind: 'partial' }],
    ['a full bundle with a base', { base: { bundle: zeroDigest, sequence: 1 } }],
    [
      'a full bundle that assumes',
      { assumed: [{ digest: zeroDigest, size: 1, mediaType: 'a/b' }] },
    ],
    ['no previous', { previous: undefined }],
    ['a previous of another algorithm', { previous: `sha512:${'0'.repeat(128)}` }],
    ['an audience that is no list', { audience: 'site-a' }],
    ['an audience with a newline', { audience: ['site\na'] }],
    ['no requires', { requires: undefined }],
    ['a tool of 201 characters', { tool: 'x'.repeat(201) }],
    ['a tool in another script', { tool: 'sallyport‮' }],
    ['annotations that are no texts', { annotations: { a: 1 } }],
    [
      '65 annotations',
      { annotations: Object.fromEntries([...Array(65).keys()].map((key) => [`k${key}`, ''])) },
    ],
    ['an annotation of 4097 characters', { annotations: { a: 'x'.repeat(4097) } }],
    ['no entries', { entries: [] }],
    ['totals of other entries', { totals: { entries: 1, bytes: 1 } }],
  ])('refuses %s', async (_what, fields) => {
    expect(await refusalOfList((list) => ({ ...list, ...fields }))).toMatch('BUNDLE_LIST_INVALID');
  });

  it('refuses totals that are off by one byte', async () => {
    const refusal = await refusalOfList((list) => {
      const { entries, bytes } = list['totals'] as { entries: number; bytes: number };
      return { ...list, totals: { entries, bytes: bytes + 1 } };
    });
    expect(refusal).toMatch(/^BUNDLE_LIST_INVALID.*expected totals/);
  });

  it('refuses totals with one more field', async () => {
    const refusal = await refusalOfList((list) => ({
      ...list,
      totals: { ...(list['totals'] as object), files: 7 },
    }));
    expect(refusal).toMatch(/^BUNDLE_LIST_INVALID.*totals has the unknown field/);
  });

  it('refuses sizes whose sum is no exact number any more', async () => {
    const huge = inEntry(-1, { size: Number.MAX_SAFE_INTEGER });
    const refusal = await refusalOfList((list) => ({
      ...huge(list),
      totals: { entries: list.entries.length, bytes: Number.MAX_SAFE_INTEGER },
    }));
    expect(refusal).toMatch('BUNDLE_LIST_INVALID');
  });

  it('keeps annotations of any script as they are', async () => {
    const annotations = { reason: 'Ticket 42 — müde Füße ✓', empty: '' };
    const { bundle } = await provePipe(
      await handmadeBundle({ list: (list) => ({ ...list, annotations }) }),
    );
    expect(bundle.manifest.annotations).toEqual(annotations);
  });
});

describe('reading the images and sources of a signed list', () => {
  it.each<readonly [what: string, fields: Record<string, unknown>]>([
    ['an upper-case repository', { repository: 'Team/app' }],
    ['a repository with a host and port', { repository: 'registry.example.com:5000/app' }],
    ['a repository that climbs', { repository: 'team/../app' }],
    ['a repository of 256 characters', { repository: 'a'.repeat(256) }],
    ['a repository with a NUL', { repository: 'team/app\u0000' }],
    ['an empty repository', { repository: '' }],
    ['a tag with a slash', { tags: ['a/b'] }],
    ['a tag that begins with a dot', { tags: ['.a'] }],
    ['a tag of 129 characters', { tags: ['a'.repeat(129)] }],
    ['a tag with bidirectional marks', { tags: ['1.0\u202e'] }],
    ['a tag twice', { tags: ['1.0', '1.0'] }],
    ['tags that are no list', { tags: '1.0' }],
    ['a digest in upper case', { digest: `sha256:${'A'.repeat(64)}` }],
    ['a digest of 63 digits', { digest: `sha256:${'a'.repeat(63)}` }],
    ['the algorithm md5', { digest: `md5:${'0'.repeat(32)}` }],
    ['the algorithm blake3', { digest: `blake3:${'0'.repeat(64)}` }],
    ['base64 in place of hex', { digest: 'sha256+b64u:abc' }],
    ['a media type that is none', { mediaType: 'manifest' }],
    ['a media type with a newline', { mediaType: 'a/b\n' }],
    ['a negative size', { size: -1 }],
    ['a platform with one more field', { platforms: [{ digest: zeroDigest, os: 'linux' }] }],
    ['a platform of one part', { platforms: [{ digest: zeroDigest, platform: 'linux' }] }],
    [
      'a referrer with one more field',
      { referrers: [{ digest: zeroDigest, size: 1, mediaType: 'a/b', urls: [] }] },
    ],
    [
      'an artifact type with an escape',
      {
        referrers: [{ digest: zeroDigest, size: 1, mediaType: 'a/b', artifactType: '\u001b[31m' }],
      },
    ],
    [
      'a referrer with a tag that is none',
      { referrers: [{ digest: zeroDigest, size: 1, mediaType: 'a/b', tag: 'a b' }] },
    ],
    [
      'a referrer under the tag of the image',
      { referrers: [{ digest: zeroDigest, size: 1, mediaType: 'a/b', tag: '1.0' }] },
    ],
    ['an unknown field', { annotations: {} }],
  ])('refuses an image with %s', async (_what, fields) => {
    expect(await refusalOfList(inImage(fields))).toMatch('BUNDLE_LIST_INVALID');
  });

  it('refuses the same tag for two images', async () => {
    const images = [
      { image: await tinyImage({ seed: 'one' }) },
      { image: await tinyImage({ seed: 'two' }) },
    ];
    expect(await refusalOf({ images })).toMatch(/^BUNDLE_LIST_INVALID.*team\/app:1\.0 twice/);
  });

  it.each<readonly [what: string, fields: Record<string, unknown>]>([
    ['a host with a newline', { host: 'registry\nexample' }],
    ['a host of 261 characters', { host: 'a'.repeat(261) }],
    ['another state', { upstreamSignature: { state: 'fine' } }],
    ['no state', { upstreamSignature: {} }],
    ['a verified signature without its key', { upstreamSignature: { state: 'verified' } }],
    [
      'a key that verified nothing',
      { upstreamSignature: { state: 'none-found', key: 'a'.repeat(64) } },
    ],
    ['a state with more', { upstreamSignature: { state: 'none-found', by: 'me' } }],
    ['an unknown field', { comment: 'x' }],
    ['no time', { resolved: '' }],
    ['no digest', { digest: null }],
  ])('refuses a source with %s', async (_what, fields) => {
    expect(await refusalOfList(inSource(fields))).toMatch('BUNDLE_LIST_INVALID');
  });
});

describe('reading the entries of a signed list', () => {
  const hex = 'a'.repeat(64);

  it.each([
    ['blobs/sha256/../../etc/passwd'],
    ['/etc/passwd'],
    [String.raw`blobs\sha256\a`],
    ['C:/blob'],
    ['blobs/sha256/a\u0000'],
    ['blobs/sha256/a\n'],
    ['\u202eblobs'],
    [`BLOBS/sha256/${hex}`],
    [`blobs/sha256/${hex.toUpperCase()}`],
    [`./blobs/sha256/${hex}`],
    [`blobs/sha256/${hex}`],
    [`blobs/sha512/${hex}`],
    ['a'.repeat(300)],
    [''],
    ['sallyport/bundle.json'],
  ])('refuses the path %j', async (path) => {
    expect(await refusalOfList(inEntry(-1, { path }))).toMatch('BUNDLE_LIST_INVALID');
  });

  it.each<readonly [what: string, index: number, fields: Record<string, unknown>]>([
    ['another name for oci-layout', 0, { path: 'oci-layout2' }],
    ['another name for index.json', 1, { path: 'Index.json' }],
    ['another name for manifest.json', 2, { path: 'manifest.json ' }],
    ['a blob without media type', -1, { mediaType: undefined }],
    ['an unknown field', -1, { mode: 0o755 }],
    ['a size in quotes', -1, { size: '1' }],
  ])('refuses %s', async (_what, index, fields) => {
    expect(await refusalOfList(inEntry(index, fields))).toMatch('BUNDLE_LIST_INVALID');
  });

  it('refuses an entry twice, whatever else is right', async () => {
    const refusal = await refusalOf({ contents: (all) => [...all, ...all.slice(-1)] });
    expect(refusal).toMatch(/^BUNDLE_LIST_INVALID.*twice/);
  });

  it('refuses a delta that assumes what it carries', async () => {
    const refusal = await refusalOf({
      contents: (all) => all.filter(({ path }) => path !== 'manifest.json'),
      list: (list) => ({
        ...list,
        kind: 'delta',
        base: { bundle: zeroDigest, sequence: 1 },
        assumed: list.entries
          .slice(-1)
          .map(({ digest, size, mediaType }) => ({ digest, size, mediaType })),
      }),
    });
    expect(refusal).toMatch(/^BUNDLE_LIST_INVALID.*twice/);
  });

  it('refuses an assumed blob with one more field', async () => {
    const assumed = [{ digest: zeroDigest, size: 1, mediaType: 'a/b', urls: [] }];
    const refusal = await refusalOfList((list) => ({ ...list, assumed }));
    expect(refusal).toMatch(/^BUNDLE_LIST_INVALID.*assumed\[0\] has the unknown field/);
  });

  it('refuses a base with one more field', async () => {
    const base = { bundle: zeroDigest, sequence: 1, url: 'x' };
    const refusal = await refusalOfList((list) => ({ ...list, kind: 'delta', base }));
    expect(refusal).toMatch(/^BUNDLE_LIST_INVALID.*base has the unknown field/);
  });

  it('refuses a delta that names no base', async () => {
    const refusal = await refusalOf({
      contents: (all) => all.filter(({ path }) => path !== 'manifest.json'),
      list: (list) => ({ ...list, kind: 'delta' }),
    });
    expect(refusal).toMatch(/^BUNDLE_LIST_INVALID.*has to name its base/);
  });

  it('refuses a delta that is not newer than its base', async () => {
    const refusal = await refusalOfList((list) => ({
      ...list,
      kind: 'delta',
      base: { bundle: zeroDigest, sequence: list['sequence'] },
    }));
    expect(refusal).toMatch(/^BUNDLE_LIST_INVALID.*expected a base older/);
  });
});

describe('what a refusal repeats of a signed list', () => {
  it.each<readonly [what: string, change: (list: HandmadeList) => object]>([
    ['a channel', (list) => ({ ...list, channel: '\u001b[31mred' })],
    ['an unknown field', (list) => ({ ...list, '\u001b[31mred': 1 })],
    ['a feature', (list) => ({ ...list, requires: ['\u001b[31mred'] })],
    ['a repository', inImage({ repository: '\u001b[31mred' })],
    ['a digest', inImage({ digest: '\u001b[31mred' })],
    ['a path', inEntry(-1, { path: '\u001b[31mred' })],
    ['the key of an annotation', (list) => ({ ...list, annotations: { '\u001b[31mred': 1 } })],
    [
      'a key that came twice',
      (list) => ({ ...list, annotations: { '\u001b[31mred': '', twice: '' } }),
    ],
  ])('shows %s without control characters', async (_what, change) => {
    const text = (json: string): string => json.replace('"twice"', '"\\u001b[31mred"');
    expect(await refusalOf({ list: change, text })).toMatch(/^[\x20-\x7e]*$/);
  });
});
