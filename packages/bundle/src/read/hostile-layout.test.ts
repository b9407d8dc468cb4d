/** Bundles whose `oci-layout`, `index.json` or `manifest.json` says something else than the list. */
import { describe, expect, it } from '@jest/globals';
import { type HandmadeOptions } from '@sallyport/testing';
import { emptyContent } from '../test-bundles/signed-images.test.js';
import { refusalOfSigned } from '../test-bundles/signed-lists.test.js';

type ChangeContents = NonNullable<HandmadeOptions['contents']>;

describe('proving what the documents of the layout say', () => {
  it.each<readonly [what: string, path: string, change: (text: string) => string]>([
    ['a version of the layout', 'oci-layout', (text) => text.replace('1.0.0', '1.0.1')],
    ['another tag in index.json', 'index.json', (text) => text.replace(/app:1\.0/g, 'app:2.0')],
    ['another image in index.json', 'index.json', (text) => text.replace(/sha256:../, 'sha256:00')],
    [
      'one more image in index.json',
      'index.json',
      (text) => text.replace('[{', `[${JSON.stringify(emptyContent)},{`),
    ],
    ['no image in index.json', 'index.json', (text) => text.replace(/\[.*\]/, '[]')],
    [
      'index and image shape in index.json',
      'index.json',
      (text) => text.replace(/\}$/, ',"layers":[]}'),
    ],
    ['another spelling of index.json', 'index.json', (text) => text.replace(':', ': ')],
    [
      'another layer in manifest.json',
      'manifest.json',
      (text) => text.replace(/"Layers":\["blobs\/sha256\/../, '"Layers":["blobs/sha256/00'),
    ],
    [
      'another config in manifest.json',
      'manifest.json',
      (text) => text.replace(/"Config":"blobs\/sha256\/../, '"Config":"blobs/sha256/00'),
    ],
    ['another tag in manifest.json', 'manifest.json', (text) => text.replace('app:1.0', 'app:2.0')],
    [
      'one more tag in manifest.json',
      'manifest.json',
      (text) => text.replace('app:1.0"', 'app:1.0","evil.example/app:1.0"'),
    ],
    [
      'the layers in another order',
      'manifest.json',
      (text) => text.replace(/"Layers":\[(.*?),(.*?)\]/, '"Layers":[$2,$1]'),
    ],
    [
      'a layer outside of the bundle',
      'manifest.json',
      (text) => text.replace(/"Layers":\["/, '"Layers":["../../'),
    ],
    ['no image in manifest.json', 'manifest.json', () => '[]'],
    [
      'an annotation more in index.json',
      'index.json',
      (text) => text.replace('"annotations":{', '"annotations":{"a":"b",'),
    ],
    [
      'another name for containerd',
      'index.json',
      (text) => text.replace(/(containerd.image.name":")[^"]*/, '$1evil'),
    ],
    ['another size in index.json', 'index.json', (text) => text.replace(/"size":\d+/, '"size":1')],
    [
      'urls in index.json',
      'index.json',
      (text) => text.replace('"size"', '"urls":["http://127.0.0.1:9/"],"size"'),
    ],
  ])('refuses %s', async (_what, path, change) => {
    expect(await refusalOfSigned({ contents: changing(path, change) })).toMatch(
      /^BUNDLE_CONTENT_MISMATCH:/,
    );
  });

  it('refuses an oci-layout of another length by its header', async () => {
    const contents = changing('oci-layout', (text) => `${text}\n`);
    expect(await refusalOfSigned({ contents })).toMatch(/^BUNDLE_HEADER_MISMATCH:/);
  });

  function changing(path: string, change: (text: string) => string): ChangeContents {
    return (all) =>
      all.map((each) => {
        if (each.path !== path) return each;
        const text = change(String(each.bytes));
        if (text === String(each.bytes)) throw new Error('expected a change');
        return { ...each, bytes: Buffer.from(text) };
      });
  }
});
