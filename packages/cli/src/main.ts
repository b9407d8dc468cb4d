/** The one place that knows the process: its streams, its signals, its exit code. */
import { homedir, hostname } from 'node:os';
import { Interrupted, type CliContext } from './cli-context.js';
import type { MakeCommand } from './commands/make-command.js';
import { askOn } from './output/ask.js';
import { askSecretOn } from './output/ask-secret.js';
import { runCommand } from './run-command.js';

export async function main(name: string, commands: readonly MakeCommand[]): Promise<void> {
  const stop = new AbortController();
  for (const signalName of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signalName, () => {
      // The second time the user does not want to wait for a clean end.
      if (stop.signal.aborted) process.exit(signalName === 'SIGINT' ? 130 : 143);
      stop.abort(new Interrupted(signalName));
    });
  }
  const { stdin, stdout, stderr, env } = process;
  // A reader that goes away (`| head`) ends the run as a failed write, not as a crash.
  stdout.on('error', () => undefined);
  stderr.on('error', () => undefined);
  const context: CliContext = {
    stdin,
    stdout,
    stderr,
    terminalColumns: stderr.isTTY ? stderr.columns : undefined,
    env,
    homeDirectory: homedir(),
    hostName: hostname(),
    signal: stop.signal,
    now: () => new Date(),
    ask: stdin.isTTY && stderr.isTTY ? askOn(stdin, stderr, stop.signal) : undefined,
    askSecret: stdin.isTTY && stderr.isTTY ? askSecretOn(stdin, stderr, stop.signal) : undefined,
  };
  process.exitCode = await runCommand(name, commands, process.argv.slice(2), context);
  // A pipe that nobody closes would keep the process alive after its work is done.
  stdin.destroy();
}
