/** Signed lists whose entries lead out of the bundle, stand twice, or are not those of its kind. */
import { describe, expect, it } from '@jest/globals';
import {
  inEntry,
  refusalOfList,
  refusalOfSigned,
  zeroDigest,
} from '../test-bundles/signed-lists.test.js';

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
    [`blobs/sha256/${'a'.repeat(63)}\uff21`],
    [`blobs/sha256/${hex.normalize('NFD')}\u0301`],
    [`blobs\u2215sha256\u2215${hex}`],
    [`\u001b[31mblobs/sha256/${hex}`],
    [`blobs/sha512/${hex}`],
    ['a'.repeat(300)],
    [''],
    ['sallyport/bundle.json'],
  ])('refuses the path %j', async (path) => {
    expect(await refusalOfList(inEntry(-1, { path }))).toMatch(/^BUNDLE_LIST_INVALID:/);
  });

  it.each<readonly [what: string, index: number, fields: Record<string, unknown>]>([
    ['another name for oci-layout', 0, { path: 'oci-layout2' }],
    ['another name for index.json', 1, { path: 'Index.json' }],
    ['another name for manifest.json', 2, { path: 'manifest.json ' }],
    ['a blob without media type', -1, { mediaType: undefined }],
    ['an unknown field', -1, { mode: 0o755 }],
    ['a size in quotes', -1, { size: '1' }],
  ])('refuses %s', async (_what, index, fields) => {
    expect(await refusalOfList(inEntry(index, fields))).toMatch(/^BUNDLE_LIST_INVALID:/);
  });

  it('refuses sixteen mebibytes of entries without a field', async () => {
    const refusal = await refusalOfSigned({
      text: (json) => json.replace('"entries":[', `"entries":[${'{},'.repeat(5_500_000)}`),
    });
    expect(refusal).toMatch(/^BUNDLE_LIST_INVALID: .*at most 500000 values/);
  });

  it('refuses an entry twice, whatever else is right', async () => {
    const refusal = await refusalOfSigned({ contents: (all) => [...all, ...all.slice(-1)] });
    expect(refusal).toMatch(/^BUNDLE_LIST_INVALID.*twice/);
  });

  it('refuses a delta that assumes what it carries', async () => {
    const refusal = await refusalOfSigned({
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
    const refusal = await refusalOfSigned({
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
