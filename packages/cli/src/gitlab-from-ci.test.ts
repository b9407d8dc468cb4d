import { describe, expect, it } from '@jest/globals';
import {
  describeWith,
  expectRefusal,
  openDesk,
  runProgram,
  startRegistry,
  tinyImage,
  type CapturedRun,
  type Desk,
} from '@sallyport/testing';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const newDesk = () => openDesk((args, world) => runCommand('sallyport', allCommands, args, world));

/** Writes files into the desk's folder and asks for the images of the first one. */
async function ask(
  desk: Desk,
  files: Readonly<Record<string, string>>,
  ...more: readonly string[]
): Promise<CapturedRun> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(desk.path(name)), { recursive: true });
    await writeFile(desk.path(name), text);
  }
  const [first = ''] = Object.keys(files);
  return desk.run(['gitlab', 'images', '--from-ci', desk.path(first), ...more]);
}

const dast = 'include:\n  - template: DAST.gitlab-ci.yml\n';
const home = 'registry.gitlab.com/security-products';

describe('asking which images a pipeline wants', () => {
  it('prints the names for a pipe to read, for that version', async () => {
    await using desk = await newDesk();
    const run = await ask(desk, { '.gitlab-ci.yml': dast }, '--version', '17.11');
    expect(run).toMatchObject({ code: 0, stdout: `${home}/dast:5\n` });
  });

  it('gives programs what each job asks for', async () => {
    await using desk = await newDesk();
    const text = `${dast}dast:\n  image: registry.example.com/namespace/dast:latest\n`;
    const { stdout } = await ask(desk, { 'ci.yml': text }, '--version', '18.5', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      gitlab: '18.5',
      templates: ['DAST.gitlab-ci.yml'],
      images: [
        {
          reference: `${home}/dast:latest`,
          asked: ['registry.example.com/namespace/dast:latest'],
          jobs: ['dast'],
        },
      ],
    });
  });

  it('reads what is included from the top of the repository', async () => {
    await using desk = await newDesk();
    const files = { 'r/ci/main.yml': 'include: /ci/scan.yml', 'r/ci/scan.yml': dast };
    await mkdir(desk.path('r/.git'), { recursive: true });
    expect((await ask(desk, files)).stdout).toBe(`${home}/dast:6\n`);
  });

  it.each(['../outside.yml', '/../outside.yml', 'link.yml', 'folder.yml'])(
    'reads nothing outside of it, and no folder: %s',
    async (path) => {
      await using desk = await newDesk();
      const files = {
        'r/.gitlab-ci.yml': `include: ${path}\na: { image: ruby:3 }`,
        'outside.yml': 'b: { image: secret.example.com/x }',
      };
      await mkdir(desk.path('r/.git'), { recursive: true });
      await mkdir(desk.path('r/folder.yml'));
      await symlink(desk.path('outside.yml'), desk.path('r/link.yml'));
      const run = await ask(desk, files);
      expect(run.stdout).toBe('docker.io/library/ruby:3\n');
      expect(run.stderr).toContain(`include local: ${path} cannot be read here`);
    },
  );

  it('says when no job runs DAST', async () => {
    await using desk = await newDesk();
    const run = await ask(desk, { 'ci.yml': 'a: { image: ruby:3 }' });
    expect(run.stderr).toContain('note: no job of this pipeline runs DAST');
  });

  it.each([
    ['a file without an image or a template', 'a: { script: x }', 'an image or a scan template'],
    ['an empty file', '', 'an image or a scan template'],
    ['what is no YAML', 'a: [', 'expected YAML'],
    ['what is no CI file', '- a', 'keys at its top'],
  ])('refuses %s', async (_what, text, words) => {
    await using desk = await newDesk();
    const run = await ask(desk, { 'ci.yml': text });
    expectRefusal(run, { exit: 2, code: 'USAGE_INVALID' });
    expect(run.stderr).toContain(words);
  });

  it('refuses a file that is not there, a folder, and a scanner beside it', async () => {
    await using desk = await newDesk();
    await writeFile(desk.path('ci.yml'), dast);
    for (const args of [
      [desk.path('missing.yml')],
      [desk.folder],
      [desk.path('ci.yml'), '--scanner', 'dast'],
    ]) {
      const run = await desk.run(['gitlab', 'images', '--from-ci', ...args]);
      expectRefusal(run, { exit: 2, code: 'USAGE_INVALID' });
    }
  });
});

describeWith(['mkfifo'], 'asking of what is no file', () => {
  it('does not wait for somebody to write into a pipe', async () => {
    await using desk = await newDesk();
    await runProgram('mkfifo', [desk.path('ci.yml')]);
    const run = await desk.run(['gitlab', 'images', '--from-ci', desk.path('ci.yml')]);
    expectRefusal(run, { exit: 2, code: 'USAGE_INVALID' });
  });
});

describe('exporting what a pipeline wants', () => {
  it('carries the images of its jobs', async () => {
    await using source = await startRegistry();
    await using desk = await newDesk();
    await (await tinyImage({})).pushTo(source.store, 'team/app:1.4');
    const ci = desk.path('ci.yml');
    await writeFile(ci, `variables: { V: 1.4 }\na: { image: "${source.host}/team/app:$V" }`);

    const { stdout } = await desk.runWell(['export', '--from-ci', ci, '--plan', '--json']);

    expect(JSON.parse(stdout)).toMatchObject({ images: [{ repository: 'team/app' }] });
  });

  it('refuses a file without images before it connects', async () => {
    await using desk = await newDesk();
    const ci = desk.path('ci.yml');
    await writeFile(ci, 'a: { script: x }');
    const run = await desk.run(['export', '--from-ci', ci, '-o', desk.path('b.tar'), '-k', 'none']);
    expectRefusal(run, { exit: 2, code: 'USAGE_INVALID' });
  });
});
