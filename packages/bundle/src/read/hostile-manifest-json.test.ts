/** Manifests that are no JSON, or JSON that two readers could read as two images. */
import { describe, expect, it } from '@jest/globals';
import { imageOf, json, tinyImage } from '@sallyport/testing';
import { mediaTypes } from 'oras-js';
import { refusalOfImage, withManifestText } from '../test-bundles/signed-images.test.js';

describe('reading the JSON of a manifest', () => {
  it.each<readonly [what: string, change: (json: string) => string | Buffer]>([
    ['nothing', () => ''],
    ['null', () => 'null'],
    ['an array', (text) => `[${text}]`],
    ['a byte order mark', (text) => `\ufeff${text}`],
    ['UTF-16', (text) => Buffer.from(text, 'utf16le')],
    [
      'bytes that are no UTF-8',
      (text) => Buffer.from(text.replace(/\}$/, ',"a":"\xff"}'), 'latin1'),
    ],
    ['half of a surrogate pair', (text) => text.replace(/\}$/, String.raw`,"a":"\ud800"}`)],
    ['a second document', (text) => `${text}{}`],
    ['a comment', (text) => text.replace('{', '{/* */')],
    ['a trailing comma', (text) => text.replace(/\}$/, ',}')],
    ['single quotes', (text) => text.replace('"layers"', "'layers'")],
    ['NaN', (text) => text.replace(/"size":\d+/, '"size":NaN')],
    ['a key twice', (text) => text.replace(/\}$/, ',"layers":[]}')],
    ['a key twice, once escaped', (text) => text.replace(/\}$/, String.raw`,"l\u0061yers":[]}`)],
    ['__proto__', (text) => text.replace(/\}$/, ',"__proto__":{"layers":[]}}')],
    [
      'constructor in an annotation',
      (text) => text.replace(/\}$/, ',"annotations":{"constructor":"x"}}'),
    ],
    ['prototype', (text) => text.replace(/\}$/, ',"prototype":{}}')],
    [
      'a million arrays in each other',
      (text) => text.replace(/\}$/, `,"a":${'['.repeat(1_000_000)}`),
    ],
    [
      'a million empty objects',
      (text) => text.replace(/\}$/, `,"a":[${'{},'.repeat(1_000_000)}{}]}`),
    ],
  ])('refuses %s', async (_what, change) => {
    expect(await refusalOfImage(await withManifestText(change))).toMatch(/^MANIFEST_INVALID:/);
  });

  it('refuses an index that is an image at once, whichever of the two it is called', async () => {
    const { contents, root } = await tinyImage();
    const { config, layers } = JSON.parse(String(contents.at(-1)?.bytes)) as Record<
      string,
      unknown
    >;
    for (const also of [{ config }, { layers }, { config, layers }]) {
      const both = json(mediaTypes.ociIndex, { schemaVersion: 2, manifests: [root], ...also });
      expect(await refusalOfImage(imageOf([...contents, both]))).toMatch(
        /^MANIFEST_INVALID: .*"manifests" beside/,
      );
    }
  });
});
