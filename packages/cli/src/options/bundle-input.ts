/** The bundle named on a command line: a file, or `-` for standard input. */
import { openFileInput, pipeInput, type BundleInput } from '@sallyport/bundle';
import type { CliContext } from '../cli-context.js';

export async function openInput(name: string, { stdin }: CliContext): Promise<BundleInput> {
  return name === '-' ? pipeInput(stdin) : openFileInput(name);
}
