/** Which runner is meant, where its helper image is asked for. */
import type { Command } from 'commander';
import { UsageError } from '../errors/usage-error.js';

export interface RunnerFlags {
  readonly runnerVersion?: string;
  readonly runnerArch: string;
}

export function addRunnerOptions(command: Command): Command {
  return command
    .option('--runner-version <version>', 'add the helper image of this GitLab runner, e.g. 18.5.0')
    .option('--runner-arch <name>', 'architecture of that runner', 'x86_64');
}

/** @throws UsageError */
export function refuseLoneArch(command: Command): void {
  if (command.getOptionValueSource('runnerArch') === 'default') return;
  if (command.getOptionValue('runnerVersion') !== undefined) return;
  throw new UsageError('expected --runner-version beside --runner-arch, found it without', {
    hint: 'name the version of the runner: --runner-version 18.5.0',
  });
}
