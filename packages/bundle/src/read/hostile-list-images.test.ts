/** Signed lists that would write images where no image may be, or under a name that is none. */
import { describe, expect, it } from '@jest/globals';
import { tinyImage, type HandmadeList } from '@sallyport/testing';
import {
  inImages,
  refusalOfList,
  refusalOfSigned,
  zeroDigest,
} from '../test-bundles/signed-lists.test.js';

describe('reading the images of a signed list', () => {
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
    ['a tag in letters that look alike', { tags: ['l\u0430test'] }],
    ['an empty tag', { tags: [''] }],
    ['a tag with a terminal escape', { tags: ['\u001b[2J'] }],
    ['a tag twice', { tags: ['1.0', '1.0'] }],
    ['tags that are no list', { tags: '1.0' }],
    ['a digest in upper case', { digest: `sha256:${'A'.repeat(64)}` }],
    ['a digest of 63 digits', { digest: `sha256:${'a'.repeat(63)}` }],
    ['the algorithm md5', { digest: `md5:${'0'.repeat(32)}` }],
    ['the algorithm blake3', { digest: `blake3:${'0'.repeat(64)}` }],
    ['base64 in place of hex', { digest: 'sha256+b64u:abc' }],
    ['the algorithm sha512', { digest: `sha512:${'0'.repeat(128)}` }],
    ['digits of another script in a digest', { digest: `sha256:${'a'.repeat(63)}\uff11` }],
    ['a digest with a newline', { digest: `${zeroDigest}\n` }],
    ['a media type that is none', { mediaType: 'manifest' }],
    ['a media type with a newline', { mediaType: 'a/b\n' }],
    ['a negative size', { size: -1 }],
    ['a size in quotes', { size: '1' }],
    ['platforms that are null', { platforms: null }],
    ['a platform with an escape', { platforms: [{ digest: zeroDigest, platform: 'a/\u001b' }] }],
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
    expect(await refusalOfList(inImages(fields))).toMatch(
      /^BUNDLE_LIST_INVALID: .*(?:images\[0\]|an integer from 0|expected each image and tag once)/,
    );
  });

  it('refuses one image twice', async () => {
    const twice = (list: HandmadeList): object => ({
      ...list,
      images: [...list.images, ...list.images.map((image) => ({ ...image, tags: ['2.0'] }))],
    });
    expect(await refusalOfList(twice)).toMatch(/^BUNDLE_LIST_INVALID: .*team\/app@sha256.* twice/);
  });

  it('refuses the same tag for two images', async () => {
    const images = [
      { image: await tinyImage({ seed: 'one' }) },
      { image: await tinyImage({ seed: 'two' }) },
    ];
    expect(await refusalOfSigned({ images })).toMatch(/^BUNDLE_LIST_INVALID.*team\/app:1\.0 twice/);
  });
});
