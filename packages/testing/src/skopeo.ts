/** Debian's skopeo, as an independent client of registries and reader of layouts. */
import { runProgram, type ProgramOptions, type ProgramResult } from './run-program.js';

/** Runs `skopeo` with a policy that accepts unsigned test images, whatever the machine's own says. */
export async function skopeo(
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  return await runProgram('skopeo', ['--insecure-policy', ...args], options);
}
