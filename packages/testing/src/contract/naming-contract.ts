/** How a target names content. */
import { mediaTypes, type TagLister, type Target } from 'oras-js';
import { jestGlobals } from '../jest-globals.js';
import { tinyImage } from '../tiny-image.js';
import { blobOf, coded } from './contract-content.js';
import type { MakeSubject } from './contract-subject.js';

export function namingContract(make: MakeSubject): void {
  const { describe, expect, it } = jestGlobals();

  describe('naming', () => {
    it('finds an image by its tag and by its digest', async () => {
      await using subject = await make();
      const { root, pushTo } = await tinyImage({ platforms: ['linux/amd64', 'linux/arm64'] });
      await pushTo(subject.target, 'v1');

      const { mediaType, digest, size } = root;
      expect(await subject.target.resolve('v1')).toMatchObject({ mediaType, digest, size });
      expect(await subject.target.resolve(digest)).toMatchObject({ mediaType, digest, size });
    });

    it('finds a Docker image as what it is', async () => {
      await using subject = await make();
      const { root, pushTo } = await tinyImage({ docker: true });
      await pushTo(subject.target, 'v1');

      const { mediaType } = await subject.target.resolve(root.digest);

      expect(mediaType).toBe(mediaTypes.dockerManifest);
    });

    it('moves a tag to another image', async () => {
      await using subject = await make();
      await (await tinyImage({ seed: 'old' })).pushTo(subject.target, 'latest');
      const { root } = await tinyImage({ seed: 'new' });

      await (await tinyImage({ seed: 'new' })).pushTo(subject.target, 'latest');

      expect((await subject.target.resolve('latest')).digest).toBe(root.digest);
    });

    it('gives one image several names, all of them listed', async () => {
      await using subject = await make();
      const { root, pushTo } = await tinyImage();
      await pushTo(subject.target, '6');
      await Promise.all(['6.1', '6.1.2', 'latest'].map((tag) => subject.target.tag(root, tag)));

      const names = canList(subject.target) ? await namesOf(subject.target) : undefined;

      expect((await subject.target.resolve('6.1.2')).digest).toBe(root.digest);
      expect(names ?? ['6', '6.1', '6.1.2', 'latest']).toEqual(['6', '6.1', '6.1.2', 'latest']);
    });

    it('says that a name is not there', async () => {
      await using subject = await make();
      const missing = coded('CONTENT_NOT_FOUND');

      await expect(subject.target.resolve('v1')).rejects.toMatchObject(missing);
      await expect(subject.target.resolve(blobOf('nothing').digest)).rejects.toMatchObject(missing);
    });

    it('does not name what is not there', async () => {
      await using subject = await make();
      const { root } = await tinyImage();

      await expect(subject.target.tag(root, 'v1')).rejects.toMatchObject(
        coded('CONTENT_NOT_FOUND'),
      );

      await expect(subject.target.resolve('v1')).rejects.toMatchObject(coded('CONTENT_NOT_FOUND'));
    });
  });
}

function canList(target: Target): target is Target & TagLister {
  return 'tags' in target;
}

async function namesOf(lister: TagLister): Promise<string[]> {
  const names: string[] = [];
  for await (const name of lister.tags()) names.push(name);
  return names.sort();
}
