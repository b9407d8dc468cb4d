/** Whether a command of this build takes a flag, by what it says of itself. */
import { runProgram } from '../run-program.mjs';
import { sallyportProgram } from '../sallyport.mjs';

export async function hasFlag(command, flag) {
  const help = await runProgram(process.execPath, [sallyportProgram, command, '--help']);
  return help.includes(` ${flag} `);
}
