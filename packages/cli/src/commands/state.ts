/** `state`: what this site remembers of earlier imports. */
import { isChannel } from '@sallyport/bundle';
import { resetState, StateFolder, type ChannelState } from '@sallyport/offline';
import { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { addLogOption, type LogFlags } from '../custody/log-options.js';
import { recordRun } from '../custody/record-run.js';
import type { RunRecord } from '../custody/run-record.js';
import { UsageError } from '../errors/usage-error.js';
import { FlagOnly } from '../options/flag-only.js';
import { parseReason } from '../options/setting.js';
import { addStateOption, stateFolder, type StateFlags } from '../options/state-options.js';
import { stateLines } from '../output/describe-state.js';
import { printResult, type ResultFlags } from '../output/print-result.js';

type ShowFlags = StateFlags & ResultFlags;

interface ResetFlags extends ShowFlags, LogFlags {
  readonly reason: string;
}

export function stateCommand(context: CliContext): Command {
  return new Command('state')
    .description('show or forget what was imported of each channel')
    .addCommand(showCommand(context))
    .addCommand(resetCommand(context))
    .addHelpText('after', '\nExample:\n  sallyport state show');
}

function showCommand(context: CliContext): Command {
  return addStateOption(new Command('show'))
    .description('show what was imported of each channel')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  sallyport state show --json')
    .action(async (flags: ShowFlags) => {
      const folder = new StateFolder(stateFolder(flags, context));
      const states: ChannelState[] = [];
      for (const channel of await folder.channels()) {
        const state = await folder.read(channel);
        if (state !== undefined) states.push(state);
      }
      const lines = states.flatMap(stateLines);
      printResult(context, flags, {
        json: { folder: folder.path, channels: states },
        lines: [`folder:      ${folder.path}`, ...(lines.length === 0 ? ['no imports'] : lines)],
      });
    });
}

function resetCommand(context: CliContext): Command {
  return addLogOption(addStateOption(new Command('reset')))
    .description('forget what was imported of a channel; the next import counts as the first one')
    .argument('<channel>', 'name of the channel')
    .addOption(
      new FlagOnly('--reason <text>', 'why; kept in the state and the custody log')
        .argParser(parseReason)
        .makeOptionMandatory(),
    )
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  sallyport state reset default --reason "restored the registry from a backup"',
    )
    .action(async (channel: string, flags: ResetFlags) => {
      if (!isChannel(channel)) throw new UsageError('expected the name of a channel, found none');
      await recordRun('state reset', flags, context, async (record) => {
        await runReset(channel, flags, context, record);
      });
    });
}

async function runReset(
  channel: string,
  flags: ResetFlags,
  context: CliContext,
  record: RunRecord,
): Promise<void> {
  record.note({ channel });
  record.noteReason(flags.reason);
  const folder = new StateFolder(stateFolder(flags, context));
  const { signal } = context;
  const report = await resetState(folder, channel, flags.reason, context.now(), { signal });
  const { forgotten, keptAs } = report;
  const lines = [
    forgotten === undefined
      ? `forgot the channel ${channel}`
      : `forgot the channel ${channel}: sequence ${forgotten.sequence}, ${forgotten.bundle}`,
    ...(keptAs === undefined ? [] : [`the damaged state is kept as ${keptAs}`]),
  ];
  record.note({ changes: lines });
  printResult(context, flags, { json: report, lines });
}
