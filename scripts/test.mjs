/**
 * Everything that can be checked about a built tree, in one run.
 *
 * A failed check does not stop the later ones: one run tells everything. The last line counts
 * checks and tests together, `N passed, N failed, N skipped`. Arguments are passed on to jest.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installMissingPrograms } from './lib/install-programs.mjs';
import { repositoryRoot } from './lib/repository-root.mjs';
import { runStep } from './lib/run-step.mjs';
import { summaryLine } from './plain-summary.mjs';

const checks = [
  ['lockfile', 'scripts/check-lockfile.mjs'],
  ['arrows', 'scripts/check-arrows.mjs'],
  ['doc comments', 'scripts/check-doc-comments.mjs'],
  ['lint', 'node_modules/eslint/bin/eslint.js', '.'],
  ['format', 'node_modules/prettier/bin/prettier.cjs', '--check', '.'],
  ['generated docs', 'scripts/generate-docs.mjs', '--check'],
];

await installMissingPrograms();
const total = { passed: 0, failed: 0, skipped: 0 };
for (const [name, script, ...args] of checks) {
  if (!existsSync(join(repositoryRoot, script))) continue;
  const code = await runStep(name, [process.execPath, script, ...args], { cwd: repositoryRoot });
  total[code === 0 ? 'passed' : 'failed'] += 1;
}
const tests = runJest(process.argv.slice(2));
for (const outcome of Object.keys(total)) total[outcome] += tests[outcome];
process.exitCode = total.failed === 0 ? 0 : 1;
console.log(summaryLine(total));

function runJest(args) {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-test-'));
  const countsFile = join(folder, 'counts.json');
  const options = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  try {
    const { status } = spawnSync(
      process.execPath,
      [...options, 'node_modules/jest/bin/jest.js', ...args],
      {
        cwd: repositoryRoot,
        env: { ...process.env, SALLYPORT_TEST_COUNTS: countsFile },
        stdio: 'inherit',
      },
    );
    return honestCounts(countsFile, status);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A run that broke off, or in which no test ran at all, is a failure even when no test failed. */
function honestCounts(countsFile, status) {
  const counts = existsSync(countsFile)
    ? JSON.parse(readFileSync(countsFile, 'utf8'))
    : { passed: 0, failed: 0, skipped: 0 };
  const nothingRan = counts.passed + counts.failed === 0;
  if (nothingRan) console.error('no test ran');
  if (counts.failed === 0 && (status !== 0 || nothingRan)) counts.failed = 1;
  return counts;
}
