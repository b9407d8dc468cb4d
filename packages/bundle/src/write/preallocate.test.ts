/** Space that a file has before anything is written to it. */
import { describe, expect, it } from '@jest/globals';
import { describeWith, runProgram, tempDir } from '@sallyport/testing';
import { statfsSync } from 'node:fs';
import { chmod, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mebibyte } from '../test-bundles/large-bundle.test.js';
import { PartialFile, partialName } from './partial-file.js';

const large = 256 * mebibyte;

/** A program that gives a new file a size and says what it takes on the disk, in bytes: its arguments are both. */
const resizing = `
  import { PartialFile } from ${JSON.stringify(new URL('partial-file.js', import.meta.url).href)};
  const [file, bytes] = process.argv.slice(1);
  const partial = await PartialFile.create(file);
  await partial.resize(Number(bytes));
  console.log(await partial.storedBytes());
  await partial.keep();
`;

async function sized(file: string, bytes: number): Promise<{ stored: number; size: number }> {
  const partial = await PartialFile.create(file);
  try {
    await partial.resize(bytes);
    const { size } = await stat(partialName(file));
    return { stored: await partial.storedBytes(), size };
  } finally {
    await partial.discard();
  }
}

describeWith(['fallocate'], 'a large file on ext4, XFS or Btrfs', () => {
  const types = [0xef53, 0x58465342, 0x9123683e];
  const onDisk = types.includes(statfsSync(tmpdir()).type) ? it : it.skip;

  onDisk('has all its space at once', async () => {
    await using dir = await tempDir();
    const { stored, size } = await sized(join(dir.path, 'b.tar'), large);
    expect(size).toBe(large);
    expect(stored).toBeGreaterThanOrEqual(large);
  });
});

describe('a file without space of its own', () => {
  it('has its size all the same when it is small', async () => {
    await using dir = await tempDir();
    const { stored, size } = await sized(join(dir.path, 'b.tar'), large - 1);
    expect(size).toBe(large - 1);
    expect(stored).toBeLessThan(mebibyte);
  });

  it.each<readonly [what: string, place: (program: string) => Promise<void>]>([
    ['is missing', async () => undefined],
    ['cannot be started', (program) => symlink(program, program)],
    [
      'does not end',
      async (program) => {
        await writeFile(program, '#!/bin/sh\nexec /bin/sleep 300\n');
        await chmod(program, 0o755);
      },
    ],
  ])('has its size all the same where the program %s', async (_what, place) => {
    await using dir = await tempDir();
    await place(join(dir.path, 'fallocate'));
    const file = join(dir.path, 'b.tar');
    const args = ['--input-type=module', '-e', resizing, file, String(large)];
    const { stdout, stderr } = await runProgram(process.execPath, args, {
      env: { PATH: dir.path },
    });
    expect(stderr).toBe('');
    expect(Number(stdout)).toBeLessThan(mebibyte);
    expect((await stat(partialName(file))).size).toBe(large);
  });
});
