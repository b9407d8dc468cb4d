/** A short run of the script that kills at random: that it kills, and that it would notice. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { killAtRandom, seededRandom, starter } from './lib/kill/kill-at-random.mjs';
import { killedExport } from './lib/kill/killed-export.mjs';
import { repositoryRoot } from './lib/repository-root.mjs';

describe('killing at random', () => {
  it('finds exports and imports whole in the end', () => {
    const run = spawnSync(process.execPath, ['scripts/kill.mjs', '--rounds', '2'], {
      cwd: repositoryRoot,
      encoding: 'utf8',
    });
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(run.stdout).toMatch(/^2 exports, killed \d times: all equal in the end/);
    expect(run.stdout).toMatch(/\n2 imports, killed \d times: all complete in the end/);
  });

  it('counts the kills that came in time', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-test-'));
    try {
      const program = join(folder, 'sleeps.mjs');
      writeFileSync(program, 'setTimeout(() => undefined, 60_000);');
      const start = starter(program, [], { cwd: folder, env: {} });
      const random = seededRandom(1);
      expect(await killAtRandom(start, { kills: 3, withinMs: 50, random })).toBe(3);
      writeFileSync(program, '');
      const never = () => 1;
      expect(await killAtRandom(start, { kills: 3, withinMs: 60_000, random: never })).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('notices an end that is not the same', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-test-'));
    try {
      const [program, file] = [join(folder, 'writes.mjs'), join(folder, 'b.tar')];
      writeFileSync(
        program,
        `import { writeFileSync } from 'node:fs'; writeFileSync('b.tar', 'other');`,
      );
      const scene = {
        start: starter(program, [], { cwd: folder, env: {} }),
        file,
        registry: { requests: [] },
        expected: Buffer.from('right'),
        comparedFrom: 0,
        layers: [],
      };
      await expect(killedExport(scene, { kills: 0 })).rejects.toThrow('the same bytes');
      expect(readFileSync(file, 'utf8')).toBe('other');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
