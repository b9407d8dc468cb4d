import { describe, expect, it } from '@jest/globals';
import { opening, tempDir } from '@sallyport/testing';
import { digestOf } from '../content/digest.js';
import { OciLayout } from './oci-layout.js';

const blob = (text: string) => ({
  mediaType: 'application/octet-stream',
  digest: digestOf(text),
  size: Buffer.byteLength(text),
});

describe('finding out what untagged content is', () => {
  it.each([
    ['a layer', 'not json', 'application/octet-stream'],
    ['a config', '{"os":"linux"}', 'application/octet-stream'],
    ['broken JSON', '{"schemaVersion":2,', 'application/octet-stream'],
    [
      'a manifest without a media type',
      '{"schemaVersion":2,"config":{},"layers":[]}',
      'application/vnd.oci.image.manifest.v1+json',
    ],
    [
      'an index without a media type',
      '{"schemaVersion":2,"manifests":[]}',
      'application/vnd.oci.image.index.v1+json',
    ],
    [
      'a document of both shapes',
      '{"schemaVersion":2,"config":{},"layers":[],"manifests":[]}',
      'application/octet-stream',
    ],
  ])('knows %s', async (_what, text, mediaType) => {
    await using folder = await tempDir();
    const layout = new OciLayout(folder.path);
    await layout.push(blob(text), opening(Buffer.from(text)));

    expect(await layout.resolve(digestOf(text))).toEqual({ ...blob(text), mediaType });
  });
});
