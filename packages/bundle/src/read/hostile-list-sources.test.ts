/** Signed lists that tell of their images no origin, or one that cannot be. */
import { describe, expect, it } from '@jest/globals';
import { handmadeHost, type HandmadeList } from '@sallyport/testing';
import { refusalOfList, refusalOfSigned, zeroDigest } from '../test-bundles/signed-lists.test.js';

function inSources(fields: object): (list: HandmadeList) => object {
  return (list) => ({ ...list, sources: list.sources.map((source) => ({ ...source, ...fields })) });
}

/** The list of an honest bundle that names images without any host, as one without sources would. */
async function withoutHosts(change: (list: HandmadeList) => object): Promise<string> {
  const asPath = (text: string): string => text.replaceAll(`${handmadeHost}/`, '');
  return await refusalOfSigned({
    contents: (all) =>
      all.map((each) =>
        each.path.endsWith('.json')
          ? { ...each, bytes: Buffer.from(asPath(String(each.bytes))) }
          : each,
      ),
    list: change,
  });
}

describe('reading where the images of a signed list come from', () => {
  it.each<readonly [what: string, change: (list: HandmadeList) => object]>([
    ['no source at all', (list) => ({ ...list, sources: [] })],
    ['only the source of another repository', inSources({ repository: 'other/app' })],
    ['only the source of another digest', inSources({ digest: zeroDigest })],
  ])('refuses an image with %s, which would pass by a rule for hosts', async (_what, change) => {
    expect(await withoutHosts(change)).toMatch(/^BUNDLE_LIST_INVALID: .*expected a source of team/);
  });
});

describe('reading the sources of a signed list', () => {
  it.each<readonly [what: string, fields: Record<string, unknown>]>([
    ['a host with a newline', { host: 'registry\nexample' }],
    ['a host of 261 characters', { host: `${'a'.repeat(257)}.com` }],
    ['an empty host', { host: '' }],
    ['a host with a space', { host: 'registry .example.com' }],
    ['a host and a path', { host: 'registry.example.com/team' }],
    ['a host with a password', { host: 'user:secret@registry.example.com' }],
    ['a host with a scheme', { host: 'https://registry.example.com' }],
    ['a host without a dot, which is a part of a path', { host: 'registry' }],
    ['a port that is none', { host: 'registry.example.com:65536' }],
    ['a reference with a space', { reference: '1.0 latest' }],
    ['a reference of another algorithm', { reference: `md5:${'0'.repeat(32)}` }],
    ['an empty reference', { reference: '' }],
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
    expect(await refusalOfList(inSources(fields))).toMatch(/^BUNDLE_LIST_INVALID: .*sources\[0\]/);
  });
});
