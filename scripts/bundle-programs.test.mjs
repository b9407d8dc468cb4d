import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { copyFile, mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '@sallyport/testing';
import { repositoryRoot } from './lib/repository-root.mjs';

const cli = join(repositoryRoot, 'packages', 'cli');

let root = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sallyport-program-file-'));
  for (const folder of ['cli/bin', 'cli/dist', 'cli/bundled', 'bundle/dist']) {
    await mkdir(join(root, folder), { recursive: true });
  }
  await copyFile(join(cli, 'bin', 'program-file.js'), join(root, 'cli/bin/program-file.mjs'));
  await writeFile(join(root, 'cli/dist/sallyport.js'), '');
});

afterEach(async () => rm(root, { recursive: true }));

describe('bundling the programs', () => {
  it('leaves a few files that run without the modules they were made of', async () => {
    const folder = join(root, 'cli/made');
    await copyFile(join(cli, 'package.json'), join(root, 'cli/package.json'));
    await runProgram(process.execPath, [
      join(repositoryRoot, 'scripts', 'bundle-programs.mjs'),
      folder,
    ]);
    const files = await readdir(folder);
    expect(files).toContain('hash-thread.js');
    expect(files.length).toBeLessThan(12);
    for (const program of ['sallyport', 'sallyport-offline']) {
      const { stdout } = await runProgram(process.execPath, [
        join(folder, `${program}.js`),
        'verify',
        '--help',
      ]);
      expect(stdout).toContain(`Usage: ${program} verify`);
    }
  });
});

describe('choosing what a program starts from', () => {
  async function writtenAt(file, seconds) {
    await writeFile(join(root, file), '');
    await utimes(join(root, file), seconds, seconds);
  }

  async function chosen() {
    const { programFile } = await import(join(root, 'cli/bin/program-file.mjs'));
    return programFile('sallyport').slice(-'bundled/sallyport.js'.length);
  }

  it('takes the bundled file when it is newer than every compilation', async () => {
    await writtenAt('cli/dist/.tsbuildinfo', 100);
    await writtenAt('bundle/dist/.tsbuildinfo', 200);
    await writtenAt('cli/bundled/sallyport.js', 300);
    expect(await chosen()).toBe('bundled/sallyport.js');
  });

  it('takes the bundled file where nothing was compiled', async () => {
    await writtenAt('cli/bundled/sallyport.js', 300);
    expect(await chosen()).toBe('bundled/sallyport.js');
  });

  it('takes the compiled one when any package was compiled later', async () => {
    await writtenAt('cli/dist/.tsbuildinfo', 100);
    await writtenAt('cli/bundled/sallyport.js', 300);
    await writtenAt('bundle/dist/.tsbuildinfo', 400);
    expect(await chosen()).toMatch(/dist\/sallyport\.js$/);
  });

  it('takes the compiled one when nothing was bundled', async () => {
    expect(await chosen()).toMatch(/dist\/sallyport\.js$/);
  });
});
