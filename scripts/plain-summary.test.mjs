/** What the reporter leaves behind, seen from a whole jest run of its own. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { repositoryRoot } from './lib/repository-root.mjs';

const reporter = join(repositoryRoot, 'scripts', 'plain-summary.mjs');
const jest = join(repositoryRoot, 'node_modules', 'jest', 'bin', 'jest.js');
let folder;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'summary-'));
  const config = { rootDir: folder, testMatch: ['**/*.js'], transform: {}, reporters: [reporter] };
  writeFileSync(join(folder, 'jest.config.json'), JSON.stringify(config));
});

afterEach(() => rmSync(folder, { recursive: true }));

function runJest(tests, env = {}) {
  for (const [name, text] of Object.entries(tests)) writeFileSync(join(folder, name), text);
  const args = ['--config', join(folder, 'jest.config.json')];
  return spawnSync(process.execPath, [jest, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, SALLYPORT_TEST_COUNTS: undefined, ...env },
  });
}

const tests = {
  'a.js': "test('holds', () => {}); xtest('needs a registry', () => {});",
  'b.js': "test('breaks', () => { throw new Error('broken'); });",
  'c.js': "throw new Error('does not even load');",
};

describe('the last line of a test run', () => {
  it('counts tests, and files that do not load, after the names of what was skipped', () => {
    const { stdout } = runJest(tests);

    expect(stdout.trim().split('\n').slice(-2)).toEqual([
      'skipped: needs a registry',
      '1 passed, 2 failed, 1 skipped',
    ]);
  });

  it('is left to whoever asked for the counts in a file', () => {
    const counts = join(folder, 'counts.json');

    const { stdout } = runJest(tests, { SALLYPORT_TEST_COUNTS: counts });

    expect(JSON.parse(readFileSync(counts, 'utf8'))).toEqual({ passed: 1, failed: 2, skipped: 1 });
    expect(stdout).not.toContain('passed');
  });
});
