import { describe, expect, it } from '@jest/globals';
import {
  contentOf,
  imageOf,
  json,
  opening,
  startRegistry,
  tinyImage,
  tinyReferrer,
} from '@sallyport/testing';
import {
  copy,
  cosignTags,
  findAttached,
  mediaTypes,
  MemoryStore,
  RegistryClient,
  type Descriptor,
  type ReferrerLister,
} from '../index.js';

async function collected(items: AsyncIterable<Descriptor>): Promise<readonly string[]> {
  const digests: string[] = [];
  for await (const { digest } of items) digests.push(digest);
  return digests;
}

describe('taking along what is attached to an image', () => {
  it('copies referrers and cosign tags from one registry to another, where they are found again', async () => {
    await using from = await startRegistry();
    await using to = await startRegistry();
    await using client = new RegistryClient();
    const source = client.repository(from.host, 'app');
    const image = await tinyImage();
    await image.pushTo(source, '1');
    const sbom = tinyReferrer(image.root);
    for (const { content, bytes } of sbom.contents) await source.push(content, opening(bytes));
    const empty = contentOf(mediaTypes.ociEmpty, Buffer.from('{}'));
    const signature = json(mediaTypes.ociManifest, {
      schemaVersion: 2,
      config: empty.content,
      layers: [],
    });
    const [tag = ''] = cosignTags(image.root.digest);
    await imageOf([empty, signature]).pushTo(source, tag);

    const destination = client.repository(to.host, 'copied');
    await copy(source, '1', destination);

    expect(await collected(destination.referrers(image.root))).toEqual([sbom.root.digest]);
    expect((await destination.resolve(tag)).digest).toBe(signature.content.digest);
  });

  it('leaves them where they are when asked to', async () => {
    await using from = await startRegistry();
    await using client = new RegistryClient();
    const source = client.repository(from.host, 'app');
    const image = await tinyImage();
    await image.pushTo(source, '1');
    const sbom = tinyReferrer(image.root);
    for (const { content, bytes } of sbom.contents) await source.push(content, opening(bytes));
    const destination = new MemoryStore();
    await copy(source, '1', destination, { referrers: false });
    expect(await destination.exists(sbom.root)).toBe(false);
  });

  it('asks once for each place, and not again where nothing is', async () => {
    await using registry = await startRegistry();
    await using client = new RegistryClient();
    const source = client.repository(registry.host, 'app');
    const image = await tinyImage();
    await image.pushTo(source, '1');
    const before = registry.requests.length;
    expect(await findAttached(source, [image.root])).toEqual([]);
    const asked = registry.requests.slice(before).map(({ method }) => method);
    expect(asked.sort()).toEqual(['GET', 'HEAD', 'HEAD', 'HEAD']);
  });

  it('gives up on a source that lists without end', async () => {
    const image = await tinyImage();
    const source: MemoryStore & Partial<ReferrerLister> = new MemoryStore();
    await image.pushTo(source, '1');
    let count = 0;
    source.referrers = async function* endless() {
      for (;;) {
        count += 1;
        yield contentOf(mediaTypes.ociManifest, Buffer.from(String(count))).content;
      }
    };
    await expect(findAttached(source, [image.root])).rejects.toMatchObject({
      code: 'CONTENT_TOO_LARGE',
    });
    expect(count).toBeLessThan(1000);
  });
});
