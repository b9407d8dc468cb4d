/** `status`: how old the imported content is, for monitoring. */
import { readFreshness, requireFresh, StateFolder } from '@sallyport/offline';
import { Command, Option } from 'commander';
import type { CliContext } from '../cli-context.js';
import { UsageError } from '../errors/usage-error.js';
import { parseAge } from '../options/age.js';
import { repeatable } from '../options/repeatable.js';
import { addStateOption, stateFolder, type StateFlags } from '../options/state-options.js';
import { freshnessJson, freshnessLines } from '../output/describe-state.js';
import { freshnessMetrics } from '../output/freshness-metrics.js';
import { noteAll } from '../output/note-all.js';
import { printResult, type ResultFlags } from '../output/print-result.js';

interface StatusFlags extends StateFlags, ResultFlags {
  readonly warnAfter: number;
  readonly failAfter: number;
  readonly ignore?: readonly string[];
  readonly prometheus?: boolean;
}

export function statusCommand(context: CliContext): Command {
  return addStateOption(new Command('status'))
    .description(
      'say how old the last import of each channel and image is; fails when one is too old',
    )
    .addOption(
      new Option('--warn-after <time>', 'content that is older is called old, as 48h or 7d')
        .argParser(parseAge)
        .default(parseAge('48h'), '48h'),
    )
    .addOption(
      new Option('--fail-after <time>', 'content that is older is stale: exit code 31')
        .argParser(parseAge)
        .default(parseAge('30d'), '30d'),
    )
    .addOption(
      repeatable('--ignore <image>', 'image that is no longer carried, as security-products/dast'),
    )
    .option('--prometheus', 'print the result as metrics for Prometheus')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  sallyport status --warn-after 48h --fail-after 7d --json')
    .action(async (flags: StatusFlags) => {
      await runStatus(flags, context);
    });
}

async function runStatus(flags: StatusFlags, context: CliContext): Promise<void> {
  const { warnAfter: warnAfterMs, failAfter: failAfterMs, ignore = [], prometheus } = flags;
  if (prometheus === true && flags.json === true) {
    throw new UsageError('expected --json or --prometheus, found both');
  }
  const folder = new StateFolder(stateFolder(flags, context));
  const thresholds = { warnAfterMs, failAfterMs };
  const freshness = await readFreshness(folder, context.now(), thresholds, { ignored: ignore });
  noteAll(freshness.doubts, context);
  if (prometheus === true) context.stdout.write(freshnessMetrics(freshness, thresholds));
  else {
    const json = freshnessJson(freshness, thresholds);
    printResult(context, flags, { json, lines: freshnessLines(freshness) });
  }
  requireFresh(freshness);
}
