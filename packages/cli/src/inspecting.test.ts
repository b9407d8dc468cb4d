/** What a bundle says of itself, shown without being believed or obeyed. */
import { describe, expect, it } from '@jest/globals';
import {
  expectRefusal,
  openBundleScene,
  tinyImage,
  type HandmadeOptions,
} from '@sallyport/testing';
import { writeFile } from 'node:fs/promises';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const scene = (options?: HandmadeOptions) =>
  openBundleScene((args, world) => runCommand('sallyport', allCommands, args, world), options);

describe('looking into a bundle', () => {
  it('shows what it says of itself, and says that nothing was checked', async () => {
    const image = await tinyImage({ seed: 'inspected' });
    await using at = await scene({ images: [{ image }] });
    const file = at.desk.path('b.tar');
    await writeFile(file, at.bundle.bytes);

    const lines = await at.desk.runWell(['inspect', file]);
    const json = await at.desk.runWell(['inspect', '-', '--json'], { stdin: at.bundle.bytes });

    expect(lines.stdout).toContain('NOT CHECKED');
    expect(JSON.parse(json.stdout)).toMatchObject({
      signature: { state: 'not-checked' },
      contents: 'not-checked',
      images: [{ repository: 'team/app', tags: ['1.0'], digest: image.root.digest }],
    });
  });

  it('checks the signature when a key is named, and the layers still not', async () => {
    await using at = await scene();
    const args = ['inspect', '-', '--json', '--key', at.trusted];

    const { stdout } = await at.desk.runWell(args, { stdin: at.bundle.bytes });

    expect(JSON.parse(stdout)).toMatchObject({
      signature: { state: 'verified' },
      contents: 'not-checked',
    });
  });

  it('refuses one that a named key has not signed', async () => {
    await using at = await scene();
    const args = ['inspect', '-', '--key', at.desk.pub];

    const run = await at.desk.run(args, { stdin: at.bundle.bytes });

    expectRefusal(run, { exit: 31, code: 'SIGNATURE_UNKNOWN_KEY' });
  });

  it('takes no control characters from a bundle to the terminal', async () => {
    const annotations = { note: 'red \u001b[31m and bell \u0007' };
    await using at = await scene({ list: (list) => ({ ...list, annotations, tool: '\u001b[2J' }) });

    const { stdout, stderr } = await at.desk.run(['inspect', '-'], { stdin: at.bundle.bytes });

    expect(stdout + stderr).not.toMatch(/[\u0007\u001b]/);
  });

  it('gives programs the very text, in characters that a terminal can show', async () => {
    const hostile = 'csi \u009b31m, back \u202e, esc \u001b[2J, mark \ufeff, <b>, \ud83d\ude00';
    const annotations = { [hostile]: `${hostile}\n"`, long: 'x'.repeat(4096) };
    await using at = await scene({ list: (list) => ({ ...list, annotations }) });

    const run = await at.desk.run(['inspect', '-', '--json'], { stdin: at.bundle.bytes });

    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\ufeff]/);
    expect(JSON.parse(run.stdout)).toMatchObject({ annotations });
  });
});
