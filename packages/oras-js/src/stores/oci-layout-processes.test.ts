import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { eventually, runProgram, tempDir } from '@sallyport/testing';
import { readContent } from '../content/read-content.js';
import { OciLayout } from './oci-layout.js';

const layoutModule = pathToFileURL(join(import.meta.dirname, 'oci-layout.js')).href;

/** A program that pushes and tags `count` images into a folder: its arguments are both and a prefix. */
const writer = `
  import { createHash } from 'node:crypto';
  import { OciLayout } from ${JSON.stringify(layoutModule)};
  const [folder, prefix, count] = process.argv.slice(1);
  const layout = new OciLayout(folder);
  for (let at = 0; at < Number(count); at += 1) {
    const bytes = Buffer.alloc(300_000, prefix + at);
    const digest = 'sha256:' + createHash('sha256').update(bytes).digest('hex');
    const content = { mediaType: 'text/plain', digest, size: bytes.length };
    await layout.push(content, async () => (async function* () { yield bytes; })());
    await layout.tag(content, prefix + ':' + at);
  }
`;

function writerArguments(folder: string, prefix: string, count: number): string[] {
  return ['--input-type=module', '-e', writer, folder, prefix, String(count)];
}

async function namesIn(layout: OciLayout): Promise<string[]> {
  const names: string[] = [];
  for await (const name of layout.tags()) names.push(name);
  return names;
}

describe('writing a layout from several processes', () => {
  it('loses no name and no blob', async () => {
    await using folder = await tempDir();

    const runs = await Promise.all(
      ['a', 'b', 'c'].map((prefix) =>
        runProgram(process.execPath, writerArguments(folder.path, prefix, 8)),
      ),
    );

    expect(runs.map(({ stderr }) => stderr)).toEqual(['', '', '']);
    const layout = new OciLayout(folder.path);
    const names = await namesIn(layout);
    expect(names).toHaveLength(24);
    for (const name of names) await readContent(layout, await layout.resolve(name));
    expect(await readdir(layout.stagingFolder)).toEqual([]);
  });
});

describe('killing a process that writes a layout', () => {
  it('leaves every name whole, and the next writer goes on', async () => {
    await using folder = await tempDir();
    const layout = new OciLayout(folder.path);
    const child = spawn(process.execPath, writerArguments(folder.path, 'killed', 100_000));
    const ended = once(child, 'exit');
    await eventually(async () => {
      expect((await namesIn(layout)).length).toBeGreaterThan(5);
    });

    child.kill('SIGKILL');
    await ended;

    const names = await namesIn(layout);
    for (const name of names) await readContent(layout, await layout.resolve(name));
    const next = await runProgram(process.execPath, writerArguments(folder.path, 'next', 2));
    expect(next).toMatchObject({ code: 0, stderr: '' });
    expect(await namesIn(layout)).toEqual([...names, 'next:0', 'next:1']);
  });
});
