/**
 * Follows the README as a newcomer would: every `ts` block is a whole program, compiled strictly
 * against the types of the package and run, in order, against registries on loopback. A `text`
 * block right after one is what it has to print.
 */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  runProgram,
  startRegistry,
  targetContract,
  tempDir,
  tinyImage,
  type ProgramResult,
  type TempDir,
  type TestRegistry,
} from '@sallyport/testing';
import { readFileSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { fileURLToPath } from 'node:url';
import type { Target } from './content/target.js';

const packageFolder = join(dirname(fileURLToPath(import.meta.url)), '..');
const workspace = join(packageFolder, '..', '..');
const page = readFileSync(join(packageFolder, 'README.md'), 'utf8');

interface Program {
  readonly name: string;
  readonly source: string;
  /** Undefined where the page does not show what is printed. */
  readonly output: string | undefined;
}

const programs = [...page.matchAll(/^```ts\n(.*?)^```\n(?:\s*^```text\n(.*?)^```$)?/gms)].map(
  ([, source = '', output], at): Program => ({ name: `program-${at + 1}`, source, output }),
);

/** Documented hosts, and what stands for them. */
interface Scene {
  readonly folder: TempDir;
  readonly hosts: ReadonlyMap<string, TestRegistry>;
}
let scene: Scene;

beforeAll(async () => {
  const names = ['registry.example.com', 'mirror.example.com', 'private.example.com'];
  const hosts = new Map<string, TestRegistry>();
  for (const name of names) hosts.set(name, await startRegistry());
  scene = { folder: await tempDir(), hosts };
  hosts.get('private.example.com')?.requiresBasic('robot', 'test-only');
  await fillRegistry(registryAt('registry.example.com'));
  await compilePrograms(scene.folder.path);
});

afterAll(async () => {
  for (const registry of scene.hosts.values()) await registry[Symbol.asyncDispose]();
  await scene.folder[Symbol.asyncDispose]();
});

function registryAt(name: string): TestRegistry {
  const registry = scene.hosts.get(name);
  if (registry === undefined) throw new Error(`expected a registry for ${name}`);
  return registry;
}

async function fillRegistry({ host }: TestRegistry): Promise<void> {
  const { RegistryClient } = await import('oras-js/registry');
  await using client = new RegistryClient();
  const image = await tinyImage({
    platforms: ['linux/amd64', 'linux/arm64'],
    layerBytes: [9000, 2000],
  });
  await image.pushTo(client.repository(host, 'team/app'), '1.4');
}

/** The repository's own settings, and a node_modules as a newcomer's would be. */
async function compilePrograms(folder: string): Promise<void> {
  await mkdir(join(folder, 'node_modules'));
  await symlink(packageFolder, join(folder, 'node_modules', 'oras-js'));
  await symlink(join(workspace, 'node_modules', '@types'), join(folder, 'node_modules', '@types'));
  const compilerOptions = { composite: false, declarationMap: false, skipLibCheck: false };
  const settings = { extends: join(workspace, 'tsconfig.base.json'), compilerOptions };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(settings));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  await writeFile(join(folder, 'company-ca.pem'), rootCertificates[0] ?? '');
  for (const { name, source } of programs) {
    await writeFile(join(folder, `${name}.ts`), asOnLoopback(source));
  }
  const compiler = join(workspace, 'node_modules', 'typescript-native', 'bin', 'tsc');
  const { code, stdout, stderr } = await runProgram(process.execPath, [compiler, '-p', folder]);
  if (code !== 0) throw new Error(`the README does not compile:\n${stdout}${stderr}`);
}

function asOnLoopback(text: string): string {
  return [...scene.hosts].reduce((all, [name, { host }]) => all.replaceAll(name, host), text);
}

function asDocumented(text: string): string {
  return [...scene.hosts].reduce((all, [name, { host }]) => all.replaceAll(host, name), text);
}

async function run(name: string): Promise<ProgramResult> {
  const { folder } = scene;
  return await runProgram(process.execPath, [`${name}.js`], {
    cwd: folder.path,
    env: {
      HOME: folder.path,
      CI_REGISTRY: registryAt('private.example.com').host,
      CI_REGISTRY_USER: 'robot',
      CI_REGISTRY_PASSWORD: 'test-only',
      ROBOT_PASSWORD: 'test-only',
    },
  });
}

describe('following the README', () => {
  it.each(programs)('$name does what the page says', async ({ name, output }) => {
    const { code, stdout, stderr } = await run(name);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(asDocumented(stdout)).toBe(output ?? '');
  });

  it('says something of every error code, and of no other', () => {
    const files = ['content/content-error', 'registry/registry-error', 'stores/storage-error'];
    const texts = files.map((file) => readFileSync(join(packageFolder, `src/${file}.ts`), 'utf8'));
    const codes = texts.flatMap((text) => [...text.matchAll(/^ {2}\| '(\w+)'/gm)]);
    const rows = [...page.matchAll(/^\| `([A-Z_]+)` +\|/gm)];

    expect(rows.map(([, code]) => code).sort()).toEqual(codes.map(([, code]) => code).sort());
  });
});

targetContract('the target that the README writes', async () => {
  const own = programs.find(({ source }) => source.includes('class MapTarget'));
  const file = join(scene.folder.path, `${own?.name ?? ''}.js`);
  // Importing the class runs the program around it.
  jest.spyOn(console, 'log').mockReturnValueOnce();
  const { MapTarget } = (await import(file)) as { readonly MapTarget: new () => Target };
  return { target: new MapTarget(), [Symbol.asyncDispose]: async () => undefined };
});
