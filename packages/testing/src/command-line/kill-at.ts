/** Ends a program as the kernel does when memory is short: at once, and without a word. */
import { eventually } from '../eventually.js';
import type { TestRegistry } from '../fault-registry/test-registry.js';
import type { RunningProgram } from './running-program.js';

export async function kill(program: RunningProgram): Promise<void> {
  program.send('SIGKILL');
  await program.ended;
}

/**
 * Kills it when that request, counted from 0, has come; a program that needs fewer ends by itself.
 *
 * With `registry.fallsSilent({ after: request })` nothing comes after that one.
 */
export async function killAt(
  program: RunningProgram,
  registry: TestRegistry,
  request: number,
): Promise<void> {
  let isOver = false;
  void program.ended.then(() => {
    isOver = true;
  });
  await eventually(() => {
    if (!isOver && registry.requests.length <= request) throw new Error('it has not come yet');
  });
  await kill(program);
}
