import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
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
  let home = '';

  async function run(...args) {
    return runProgram(process.execPath, args);
  }

  beforeAll(async () => {
    await makeRoot();
    folder = join(root, 'cli/bundled');
    home = join(root, 'home');
    await mkdir(home);
    const bundling = join(repositoryRoot, 'scripts', 'bundle-programs.mjs');
    // As in many jobs; what is compiled for other flags is not taken.
    const env = { HOME: home, NODE_OPTIONS: '--max-old-space-size=2048' };
    const built = await runProgram(process.execPath, [bundling, folder], { env });
    expect(built).toMatchObject({ code: 0, stderr: '' });
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

  it('leaves the state of whoever builds alone', async () => {
    expect(await readdir(home)).toEqual([]);
  });

  it('has nothing to ask of other modules later', async () => {
    // Which one may be missing, and is asked for by an option that is never set.
    const optional = ['kerberos'];
    for (const name of programs) {
      const text = await readFile(join(folder, `${name}.cjs`), 'utf8');
      const asked = [...text.matchAll(/\bimport\("([^"]+)"\)/g)].map(([, module]) => module);
      expect(asked).toEqual(optional);
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

  it('tells in a stack trace where in the program it was, and not where it was built', async () => {
    const manifest = join(root, 'cli/package.json');
    await rename(manifest, `${manifest}.away`);
    const { code, stderr } = await run(join(root, 'cli/bin/sallyport.js'), '--version');
    await rename(`${manifest}.away`, manifest);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/at bundled\/sallyport\.cjs:\d+:\d+/);
    expect(stderr).not.toContain('partial');
  });

  it.each([
    [
      'is damaged in one bit',
      (bytes) => {
        bytes[Math.floor(bytes.length / 2)] ^= 1;
        return bytes;
      },
    ],
    ['is cut off', (bytes) => bytes.subarray(0, 1000)],
    ['is empty', () => Buffer.alloc(0)],
  ])('starts from the source where what was compiled %s', async (_how, damage) => {
    const file = join(folder, 'sallyport.cjs.compiled');
    const bytes = await readFile(file);
    await writeFile(file, damage(Buffer.from(bytes)));
    const refused = await isCompiledCodeRefused();
    const { code, stdout } = await run(join(root, 'cli/bin/sallyport.js'), 'verify', '--help');
    await writeFile(file, bytes);
    expect(refused).toBe('undefined\n');
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('Usage') });
  });

  it('starts from another source than the one that was compiled', async () => {
    const file = join(folder, 'sallyport.cjs');
    const text = await readFile(file, 'utf8');
    // As long as before: Node itself looks at nothing else.
    await writeFile(file, text.replace('carries container images', 'CARRIES CONTAINER IMAGES'));
    const { stdout } = await run(join(root, 'cli/bin/sallyport.js'), '--help');
    await writeFile(file, text);
    expect(stdout).toContain('CARRIES CONTAINER IMAGES');
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
