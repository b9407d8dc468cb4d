import { describe, expect, it } from '@jest/globals';
import { MemoryRepository, tinyImage, type TinyImage } from '@sallyport/testing';
import { parseReference, type Reference } from 'oras-js';
import { planExport, type ExportOptions } from './export-bundle.js';

/** Images by name, each repository apart from the others. */
async function sources(images: Readonly<Record<string, TinyImage>>) {
  const repositories = new Map<string, MemoryRepository>();
  const connect = ({ registry, repository }: Reference): MemoryRepository => {
    const path = `${registry}/${repository}`;
    const known = repositories.get(path) ?? new MemoryRepository();
    repositories.set(path, known);
    return known;
  };
  for (const [name, image] of Object.entries(images)) {
    const reference = parseReference(name);
    await image.pushTo(connect(reference), reference.tag ?? 'untagged');
  }
  return connect;
}

async function plan(
  images: Readonly<Record<string, TinyImage>>,
  names: readonly string[] = Object.keys(images),
  options: ExportOptions = {},
) {
  const created = new Date('2026-01-02T03:04:05Z');
  const connect = await sources(images);
  const references = names.map(parseReference);
  const request = { images: references, connect, channel: 'default', created, tool: 'test' };
  return planExport(request, { now: () => created, ...options });
}

const host = 'registry.example.com';
const other = 'other.example.com';

describe('planning a bundle', () => {
  it('makes one image with several tags of names that lead to the same digest', async () => {
    const image = await tinyImage();
    const names = ['2', '10', '1'].map((tag) => `${host}/app:${tag}`);

    const { images, sources: from } = await plan(
      Object.fromEntries(names.map((name) => [name, image])),
    );

    expect(images).toMatchObject([
      { repository: 'app', tags: ['1', '10', '2'], digest: image.root.digest },
    ]);
    expect(from.map(({ reference }) => reference).sort()).toEqual(['1', '10', '2']);
  });

  it('keeps the same digest in two repositories as two images and carries it once', async () => {
    const image = await tinyImage();

    const { images, entries } = await plan({ [`${host}/a:1`]: image, [`${host}/b:1`]: image });

    expect(images.map(({ repository }) => repository)).toEqual(['a', 'b']);
    const blobs = entries.filter(({ path }) => path.startsWith('blobs/'));
    expect(blobs).toHaveLength(image.contents.length);
  });

  it('takes an image by digest, without a tag', async () => {
    const image = await tinyImage();
    const { digest } = image.root;

    const { images, sources: from } = await plan({ [`${host}/app:1`]: image }, [
      `${host}/app@${digest}`,
    ]);

    expect(images).toMatchObject([{ tags: [], digest }]);
    expect(from).toMatchObject([{ reference: digest, digest }]);
  });

  it('joins a name by digest with a tag that leads there', async () => {
    const image = await tinyImage();
    const names = [`${host}/app@${image.root.digest}`, `${host}/app:1`];

    const { images } = await plan({ [`${host}/app:1`]: image }, names);

    expect(images).toMatchObject([{ tags: ['1'] }]);
  });

  it('refuses two images that would get one name', async () => {
    const images = {
      [`${host}/app:1`]: await tinyImage(),
      [`${other}/app:1`]: await tinyImage({ seed: 'other' }),
    };

    await expect(plan(images)).rejects.toMatchObject({
      code: 'EXPORT_NAME_CONFLICT',
      message: expect.stringContaining('app:1') as unknown,
    });
  });

  it('takes one image from two hosts', async () => {
    const image = await tinyImage();

    const { images, sources: from } = await plan({
      [`${host}/app:1`]: image,
      [`${other}/app:1`]: image,
    });

    expect(images).toHaveLength(1);
    expect(from.map((each) => each.host)).toEqual([other, host]);
  });

  it('does not depend on the order of the names', async () => {
    const images = {
      [`${host}/b:1`]: await tinyImage({ seed: 'b', platforms: ['linux/amd64', 'linux/arm64'] }),
      [`${host}/a:2`]: await tinyImage({ seed: 'a' }),
      [`${host}/a:1`]: await tinyImage({ seed: 'a' }),
    };

    const forward = await plan(images, Object.keys(images));
    const backward = await plan(images, Object.keys(images).reverse());

    expect(backward).toEqual(forward);
  });

  it('has the same entries whatever the blobs are called', async () => {
    const oci = await tinyImage();
    const docker = await tinyImage({ docker: true });

    const { entries, images } = await plan({ [`${host}/a:1`]: oci, [`${host}/b:1`]: docker });

    // The layer is the same for both; manifests and configs are not.
    const layer = oci.contents[0]?.content.digest;
    expect(docker.contents[0]?.content.digest).toBe(layer);
    expect(entries.filter(({ digest }) => digest === layer)).toHaveLength(1);
    expect(images.map(({ mediaType }) => mediaType)).toEqual([
      oci.root.mediaType,
      docker.root.mediaType,
    ]);
  });

  it('says of a single image for which platform it is', async () => {
    const { images } = await plan({
      [`${host}/app:1`]: await tinyImage({ platforms: ['linux/arm/v7'], index: false }),
    });

    expect(images[0]?.platforms).toMatchObject([{ platform: 'linux/arm/v7' }]);
  });

  it('names the image whose platform is not there', async () => {
    const options = { platforms: [{ os: 'linux', architecture: 's390x' }] };

    await expect(
      plan({ [`${host}/app:1`]: await tinyImage() }, undefined, options),
    ).rejects.toMatchObject({
      code: 'EXPORT_PLATFORM_NOT_FOUND',
      message: `cannot read ${host}/app:1 from its source registry`,
    });
  });

  it('counts what it lists', async () => {
    const { entries, totals } = await plan({ [`${host}/app:1`]: await tinyImage() });

    const bytes = entries.reduce((sum, { size }) => sum + size, 0);
    expect(totals).toEqual({ entries: entries.length, bytes });
  });
});
