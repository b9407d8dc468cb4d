/** `log`: proves and shows the record of what was exported, verified and imported on this machine. */
import { CustodyError, verifyCustodyLog } from '@sallyport/bundle';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import type { CliContext } from '../cli-context.js';
import { addLogOption, logFile, type LogFlags } from '../custody/log-options.js';
import { UsageError } from '../errors/usage-error.js';
import { showLog } from '../output/describe-log.js';
import { printResult, type ResultFlags } from '../output/print-result.js';

interface LogCommandFlags extends LogFlags, ResultFlags {
  readonly last?: string;
}

export function logCommand(context: CliContext): Command {
  const command = new Command('log')
    .description('prove or show the custody log: what was exported, verified and imported here')
    .addArgument(new Argument('<what>', 'what to do with it').choices(['verify', 'show']));
  return addLogOption(command)
    .addOption(
      new Option(
        '--last <hash>',
        'with verify: hash of a line that was the last one once; it must still be there',
      ).argParser(parseHash),
    )
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  sallyport log verify')
    .action(async (what: string, flags: LogCommandFlags) => {
      const file = logFile(flags, context);
      if (what === 'verify') await proveLog(file, flags, context);
      else if (flags.last === undefined) await showLog(file, flags, context);
      else throw new UsageError('expected --last with "log verify" only, found it with "log show"');
    });
}

async function proveLog(file: string, flags: LogCommandFlags, context: CliContext): Promise<void> {
  const { signal } = context;
  const { last: noted } = flags;
  const { lines, last, problems, notes, knownLine } = await verifyCustodyLog(file, {
    last: noted,
    signal,
  });
  if (problems.length > 0) throw broken(file, problems);
  printResult(context, flags, {
    json: { file, intact: true, lines, last: last ?? null, knownLine: knownLine ?? null, notes },
    lines: [
      `verified ${file}: ${lines} lines, each one continues the one before it`,
      `last:        ${last ?? 'none, the log is empty'}`,
      ...notes.map((note) => `note:        ${note}`),
      knownLine === undefined
        ? 'not checked: whether lines are missing at the end; note the last hash elsewhere and give it with --last'
        : `nothing was cut up to line ${knownLine}, which has the hash that you gave`,
    ],
  });
}

function broken(
  file: string,
  problems: readonly { readonly line: number; readonly text: string }[],
): CustodyError {
  const told = problems.slice(0, 20).map(({ line, text }) => `line ${line}: ${text}`);
  const more = problems.length > told.length ? [`and ${problems.length - told.length} more`] : [];
  return new CustodyError(
    'LOG_BROKEN',
    `expected ${file} as it was written, found ${[...told, ...more].join('; ')}`,
    { hint: 'keep the file as it is, and compare it with the copy of your last backup' },
  );
}

function parseHash(text: string): string {
  if (/^[a-f0-9]{64}$/.test(text)) return text;
  throw new InvalidArgumentError('expected the 64 hex digits of a hash');
}
