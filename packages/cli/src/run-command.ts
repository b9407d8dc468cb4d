/** Parses a command line, runs its command, and turns every end into an exit code. */
import { Command, CommanderError } from 'commander';
import type { CliContext } from './cli-context.js';
import type { MakeCommand } from './commands/make-command.js';
import { commandLineError } from './errors/command-line-error.js';
import { exitCodes, type ExitCode } from './errors/exit-codes.js';
import { reportEnd, reportFailure } from './errors/report-failure.js';
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
    // `gitlab images --version` is that command's own.
    .enablePositionalOptions();
  for (const make of commands) program.addCommand(make(context));
  let misread = program;
  let running = program;
  for (const command of withSubcommands(program)) {
    command.exitOverride();
    command.configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      // Said below, in the form of all errors.
      outputError: () => {
        misread = command;
      },
    });
  }
  try {
    program.hook('preAction', (_program, command) => {
      running = command;
      applyEnvironment(command, context.env);
    });
    await program.parseAsync([...args], { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportEnd(error, running.opts(), context);
    // Help and version end as errors too. Without a command the help stands in place of an error.
    if (error.exitCode === 0) return exitCodes.done;
    if (error.code === 'commander.help') return exitCodes.usage;
    return reportFailure(commandLineError(error, misread), context);
  }
}

function withSubcommands(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}
