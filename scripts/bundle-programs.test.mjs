import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '@sallyport/testing';
import { repositoryRoot } from './lib/repository-root.mjs';

const cli = join(repositoryRoot, 'packages', 'cli');

let root = '';

async function makeRoot() {
  root = await mkdtemp(join(tmpdir(), 'sallyport-start-program-'));
  for (const folder of ['cli/bin', 'cli/dist', 'cli/bundled', 'bundle/dist']) {
    await mkdir(join(root, folder), { recursive: true });
  }
  await copyFile(join(cli, 'package.json'), join(root, 'cli/package.json'));
  for (const file of await readdir(join(cli, 'bin'))) {
    await copyFile(join(cli, 'bin', file), join(root, 'cli/bin', file));
  }
  await writeFile(join(root, 'cli/dist/sallyport.js'), '');
}

async function removeRoot() {
  await rm(root, { recursive: true });
}

describe('bundling the programs', () => {
  const programs = ['sallyport', 'sallyport-offline'];
  let folder = '';

  async function run(...args) {
    return runProgram(process.execPath, args);
  }

  beforeAll(async () => {
    await makeRoot();
    folder = join(root, 'cli/bundled');
    const bundling = join(repositoryRoot, 'scripts', 'bundle-programs.mjs');
    expect(await run(bundling, folder)).toMatchObject({ code: 0, stderr: '' });
  });

  afterAll(removeRoot);

  it('leaves a few files that run without the modules they were made of', async () => {
    expect(await readdir(folder)).toEqual(
      [
        'hash-thread.js',
        ...programs.flatMap((name) => [`${name}.cjs`, `${name}.cjs.compiled`]),
      ].sort(),
    );
    for (const name of programs) {
      const { stdout } = await run(join(root, 'cli/bin', `${name}.js`), 'verify', '--help');
      expect(stdout).toContain(`Usage: ${name} verify`);
    }
  });

  // Asked in a process of its own: what was compiled for other flags is not taken.
  async function isCompiledCodeRefused() {
    const asking = `
      import { bundledProgram, limitMemory } from ${JSON.stringify(join(root, 'cli/bin/start-program.js'))};
      import { pathToFileURL } from 'node:url';
      limitMemory();
      const { script } = bundledProgram(pathToFileURL(${JSON.stringify(join(folder, 'sallyport.cjs'))}));
      console.log(script.cachedDataRejected);`;
    const { stdout } = await run('--input-type=module', '--eval', asking);
    return stdout;
  }

  it('keeps what was compiled of them, and Node takes it', async () => {
    expect(await isCompiledCodeRefused()).toBe('false\n');
  });

  it('starts from the source where what was compiled is damaged', async () => {
    const file = join(folder, 'sallyport.cjs.compiled');
    const bytes = await readFile(file);
    // One bit of it can end the process where Node reads it.
    const flipped = Buffer.from(bytes);
    flipped[Math.floor(bytes.length / 2)] ^= 1;
    for (const damaged of [flipped, bytes.subarray(0, 1000), Buffer.alloc(0)]) {
      await writeFile(file, damaged);
      expect(await isCompiledCodeRefused()).toBe('undefined\n');
      const { code, stdout } = await run(join(root, 'cli/bin/sallyport.js'), 'verify', '--help');
      expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('Usage') });
    }
  });

  it('tells in a stack trace where the program lies', async () => {
    await rm(join(root, 'cli/package.json'));
    const { code, stderr } = await run(join(root, 'cli/bin/sallyport.js'), '--version');
    expect(code).not.toBe(0);
    expect(stderr).toMatch(new RegExp(`${join(folder, 'sallyport.cjs')}:\\d+:\\d+`));
  });
});

describe('choosing what a program starts from', () => {
  beforeEach(makeRoot);
  afterEach(removeRoot);

  async function writtenAt(file, seconds) {
    await writeFile(join(root, file), '');
    await utimes(join(root, file), seconds, seconds);
  }

  async function chosen() {
    const { programFile } = await import(join(root, 'cli/bin/start-program.js'));
    return programFile('sallyport').href.slice(-'bundled/sallyport.cjs'.length);
  }

  it('takes the bundled file when it is newer than every compilation', async () => {
    await writtenAt('cli/dist/.tsbuildinfo', 100);
    await writtenAt('bundle/dist/.tsbuildinfo', 200);
    await writtenAt('cli/bundled/sallyport.cjs', 300);
    expect(await chosen()).toBe('bundled/sallyport.cjs');
  });

  it('takes the bundled file where nothing was compiled', async () => {
    await writtenAt('cli/bundled/sallyport.cjs', 300);
    expect(await chosen()).toBe('bundled/sallyport.cjs');
  });

  it('takes the compiled one when any package was compiled later', async () => {
    await writtenAt('cli/dist/.tsbuildinfo', 100);
    await writtenAt('cli/bundled/sallyport.cjs', 300);
    await writtenAt('bundle/dist/.tsbuildinfo', 400);
    expect(await chosen()).toMatch(/dist\/sallyport\.js$/);
  });

  it('takes the compiled one when nothing was bundled', async () => {
    expect(await chosen()).toMatch(/dist\/sallyport\.js$/);
  });
});
