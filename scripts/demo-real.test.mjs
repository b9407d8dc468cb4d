/** The small form of the real image, carried by the compiled command line and compared by others. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { describeWith } from '@sallyport/testing';
import { makeRealImage, realImagePrograms } from './lib/real-image/make-real-image.mjs';
import { repositoryRoot } from './lib/repository-root.mjs';

const programs = [...realImagePrograms, 'docker-registry', 'skopeo', 'openssl'];

const request = { cache: join(repositoryRoot, 'build', 'real-image'), small: true };

/** Where Debian's packages cannot be had, nothing is shown about the project, so nothing is tested. */
async function packagesMissing() {
  try {
    await makeRealImage(request);
    return [];
  } catch {
    return ['the packages of the real image'];
  }
}

describeWith([...programs, ...(await packagesMissing())], 'carrying a real image', () => {
  it('has one layer in the middle and the top one changed in the next night', async () => {
    const tonight = await makeRealImage(request);
    const nextNight = await makeRealImage({ ...request, nextNight: true });

    const changed = nextNight.layers.filter(({ digest }, i) => digest !== tonight.layers[i].digest);
    expect(changed.map(({ name }) => name)).toEqual(['tools', 'analyzer']);
  });

  it('brings every digest through two nights, as other programs read them', () => {
    const demo = spawnSync(process.execPath, ['scripts/demo-real.mjs', '--small'], {
      cwd: repositoryRoot,
      encoding: 'utf8',
    });

    expect(demo.stderr).toBe('');
    expect(demo.stdout).toMatch(/^ {2}openssl: Verified OK$/m);
    expect(demo.stdout.trimEnd()).toMatch(/every digest is the same on both sides$/);
    expect(demo.status).toBe(0);
  });
});
