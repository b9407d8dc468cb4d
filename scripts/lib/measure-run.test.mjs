import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { measureRun } from './measure-run.mjs';
import { repositoryRoot } from './repository-root.mjs';

const mebibyte = 1024 * 1024;

/** Holds 64 MiB, writes 8 MiB of it into the file named, and says so. */
const program = `
  const bytes = Buffer.alloc(64 * ${mebibyte}, 1);
  require('node:fs').writeFileSync(process.argv[1], bytes.subarray(0, 8 * ${mebibyte}));
  console.log('written');
  process.exitCode = 7;
`;

// Only Linux tells one process what another one used, and not in every sandbox.
const onLinux = existsSync('/proc/self/io') ? it : it.skip;

describe('measuring a program', () => {
  onLinux('tells its exit code, its words, its memory and what it wrote', async () => {
    // In the checkout, because a temp folder may be in memory, where nothing reaches a disk.
    const build = join(repositoryRoot, 'build');
    mkdirSync(build, { recursive: true });
    const folder = mkdtempSync(join(build, 'measure-'));
    try {
      const run = await measureRun(process.execPath, ['-e', program, join(folder, 'file')]);

      expect(run).toMatchObject({ code: 7, output: 'written\n', errors: '' });
      expect(run.peakBytes).toBeGreaterThan(64 * mebibyte);
      expect(run.writtenBytes).toBeGreaterThanOrEqual(8 * mebibyte);
      expect(run.writtenBytes).toBeLessThan(9 * mebibyte);
      expect(run.diskBytes).toBeGreaterThanOrEqual(8 * mebibyte);
      expect(run.cpuSeconds).toBeGreaterThan(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
