/** Signed lists with fields that the format does not know, or that hold what it does not allow. */
import { describe, expect, it } from '@jest/globals';
import { handmadeBundle } from '@sallyport/testing';
import { provePipe } from '../test-bundles/proving.test.js';
import { inEntry, refusalOfList, zeroDigest } from '../test-bundles/signed-lists.test.js';

describe('reading the fields of a signed list', () => {
  it.each<readonly [what: string, fields: Record<string, unknown>]>([
    ['an unknown field', { comment: 'x' }],
    ['no channel', { channel: undefined }],
    ['an upper-case channel', { channel: 'Nightly' }],
    ['a channel that climbs', { channel: '../default' }],
    ['a channel with a terminal escape', { channel: '\u001b[31mdefault' }],
    ['a channel in letters that look alike', { channel: 'def\u0430ult' }],
    ['a channel that is null', { channel: null }],
    ['a channel of 65 characters', { channel: 'a'.repeat(65) }],
    ['sequence 0', { sequence: 0 }],
    ['a sequence that is true', { sequence: true }],
    ['no sequence', { sequence: undefined }],
    ['a sequence in quotes', { sequence: '1' }],
    ['no time', { created: undefined }],
    ['a day that does not exist', { created: '2026-02-30T00:00:00Z' }],
    ['a time with a zone', { created: '2026-01-02T03:04:05+00:00' }],
    ['a time with fractions', { created: '2026-01-02T03:04:05.000Z' }],
    ['a leap second', { created: '2016-12-31T23:59:60Z' }],
    ['midnight as 24:00', { created: '2026-01-02T24:00:00Z' }],
    ['a time with an offset', { created: '2026-01-02T03:04:05+01:00' }],
    ['a time in small letters', { created: '2026-01-02t03:04:05z' }],
    ['a time with a space', { created: '2026-01-02 03:04:05Z' }],
    ['a year of five digits', { created: '12026-01-02T03:04:05Z' }],
    ['digits of another script', { created: '2026-01-02T03:04:0\u0665Z' }],
    ['a time as a number', { created: 1_767_323_045 }],
    ['an end that is null', { expires: null }],
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
    ['an audience in letters that look alike', { audience: ['s\u0456te'] }],
    ['an audience of 256 characters', { audience: ['a'.repeat(256)] }],
    ['a full bundle whose base is null', { base: null }],
    ['a requirement that is no text', { requires: [1] }],
    ['no requires', { requires: undefined }],
    ['a tool of 201 characters', { tool: 'x'.repeat(201) }],
    ['a tool in another script', { tool: 'sallyport‮' }],
    ['annotations that are no texts', { annotations: { a: 1 } }],
    [
      '65 annotations',
      { annotations: Object.fromEntries([...Array(65).keys()].map((key) => [`k${key}`, ''])) },
    ],
    ['an annotation of 4097 characters', { annotations: { a: 'x'.repeat(4097) } }],
    ['annotations that are null', { annotations: null }],
    ['an annotation whose key has 257 characters', { annotations: { ['x'.repeat(257)]: '' } }],
    ['no entries', { entries: [] }],
    ['entries in an object', { entries: {} }],
    ['totals that are null', { totals: null }],
    ['totals of other entries', { totals: { entries: 1, bytes: 1 } }],
  ])('refuses %s', async (_what, fields) => {
    const refusal = await refusalOfList((list) => ({ ...list, ...fields }));
    // "entry 0" of entries, "assumes" of assumed: the field itself has to be what is refused.
    const word = Object.keys(fields)[0]?.slice(0, 4) ?? '';
    expect(refusal).toMatch(new RegExp(`^BUNDLE_LIST_INVALID: .*${word}`));
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
    expect(refusal).toMatch(/^BUNDLE_LIST_INVALID:/);
  });

  it('keeps annotations of any script as they are', async () => {
    const annotations = { reason: 'Ticket 42 — müde Füße ✓', empty: '' };
    const { bundle } = await provePipe(
      await handmadeBundle({ list: (list) => ({ ...list, annotations }) }),
    );
    expect(bundle.manifest.annotations).toEqual(annotations);
  });
});
