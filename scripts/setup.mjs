/**
 * From a fresh clone to a built tree; on a built tree, a moment to see that nothing changed.
 *
 * Needs nothing but Node and the npm that comes with it: node builtins only, no dependency.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './lib/repository-root.mjs';
import { runStep } from './lib/run-step.mjs';

const { packageManager, engines } = JSON.parse(
  readFileSync(join(repositoryRoot, 'package.json'), 'utf8'),
);
const onWindows = process.platform === 'win32';

requireNode(engines.node.replace(/^>=/, ''));
await step('dependencies', [...pnpm(packageManager), 'install', '--frozen-lockfile']);
await step('build', [process.execPath, 'node_modules/typescript-native/bin/tsc', '-b']);
await step('prune', [process.execPath, 'scripts/prune-dist.mjs']);
await step('bundle', [process.execPath, 'scripts/bundle-programs.mjs']);

/** An older Node fails later and in words nobody understands, so it is refused here. */
function requireNode(oldest) {
  const order = process.versions.node.localeCompare(oldest, 'en', { numeric: true });
  if (order >= 0) return;
  console.error(`error: Node ${oldest} or newer is needed, this is ${process.versions.node}`);
  console.error('hint: install a current Node from your distribution or https://nodejs.org');
  process.exit(2);
}

/** Exactly the pinned version: another one may write the lockfile or the tree differently. */
function pnpm(pinned) {
  const version = pinned.split('@')[1];
  return pnpmOnPath() === version ? ['pnpm'] : ['npx', '-y', `pnpm@${version}`];
}

function pnpmOnPath() {
  try {
    return execFileSync('pnpm', ['--version'], {
      // Outside the checkout, where no packageManager field makes it switch versions.
      cwd: join(repositoryRoot, '..'),
      encoding: 'utf8',
      shell: onWindows,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}

async function step(name, command) {
  // On Windows npx and pnpm are batch files, which only a shell can start.
  const shell = onWindows && command[0] !== process.execPath;
  const code = await runStep(name, command, { cwd: repositoryRoot, shell });
  if (code !== 0) process.exit(code);
}
