/** The command line as a function: for the program itself, the demonstration and the tests. */
export { allCommands } from './commands/all-commands.js';
export { offlineCommands } from './commands/offline-commands.js';
export { Interrupted, type CliContext } from './cli-context.js';
export type { ErrorCode } from './errors/error-code.js';
export { exitCodeOf, exitCodes, type ExitCode } from './errors/exit-codes.js';
export { main } from './main.js';
export { runCommand } from './run-command.js';
