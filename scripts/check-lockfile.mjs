/**
 * Fails when pnpm-lock.yaml says where packages come from: an address in it would send everybody
 * who installs to that host, and past the registry they configured.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './lib/repository-root.mjs';

readFileSync(join(repositoryRoot, 'pnpm-lock.yaml'), 'utf8')
  .split('\n')
  .forEach((line, index) => {
    if (!/https?:\/\/|tarball:/.test(line)) return;
    console.error(`pnpm-lock.yaml:${index + 1}: an address: ${line.trim()}`);
    process.exitCode = 1;
  });
