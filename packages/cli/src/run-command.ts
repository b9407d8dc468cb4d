/** Parses a command line, runs its command, and turns every end into an exit code. */
import { Command, CommanderError } from 'commander';
import type { CliContext } from './cli-context.js';
import type { MakeCommand } from './commands/make-command.js';
import { exitCodes, type ExitCode } from './errors/exit-codes.js';
import { reportFailure } from './errors/report-failure.js';
import { applyEnvironment } from './options/environment.js';
import { version } from './version.js';

/** @param args Without the names of the interpreter and the program. */
export async function runCommand(
  name: string,
  commands: readonly MakeCommand[],
  args: readonly string[],
  context: CliContext,
): Promise<ExitCode> {
  const program = new Command(name)
    .description('carries container images through an air gap')
    .version(version)
    .showHelpAfterError(`(see ${name} --help)`);
  for (const make of commands) program.addCommand(make(context));
  for (const command of [program, ...program.commands]) {
    command.exitOverride();
    command.configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
    });
  }
  try {
    program.hook('preAction', (_program, command) => {
      applyEnvironment(command, context.env);
    });
    await program.parseAsync([...args], { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    // Help and version end as errors too, with code 0; real ones have been printed by commander.
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    return reportFailure(error, context);
  }
}
