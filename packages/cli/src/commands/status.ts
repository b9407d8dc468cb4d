/** `status`: how old the imported content is, for monitoring. */
import { readFreshness, requireFresh, StateFolder } from '@sallyport/offline';
import { Command, Option } from 'commander';
import type { CliContext } from '../cli-context.js';
import { parseAge } from '../options/age.js';
import { addStateOption, stateFolder, type StateFlags } from '../options/state-options.js';
import { freshnessJson, freshnessLines } from '../output/describe-state.js';
import { noteAll } from '../output/note-all.js';
import { printResult, type ResultFlags } from '../output/print-result.js';

interface StatusFlags extends StateFlags, ResultFlags {
  readonly maxAge: number;
}

export function statusCommand(context: CliContext): Command {
  return addStateOption(new Command('status'))
    .description('say how old the last import of each channel is; fails when one is too old')
    .addOption(
      new Option('--max-age <time>', 'oldest that is still fresh, as 48h or 7d')
        .argParser(parseAge)
        .default(parseAge('48h'), '48h'),
    )
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  sallyport status --max-age 48h --json')
    .action(async (flags: StatusFlags) => {
      const folder = new StateFolder(stateFolder(flags, context));
      const freshness = await readFreshness(folder, context.now(), flags.maxAge);
      noteAll(freshness.doubts, context);
      printResult(context, flags, {
        json: freshnessJson(freshness, flags.maxAge),
        lines: freshnessLines(freshness),
      });
      requireFresh(freshness);
    });
}
