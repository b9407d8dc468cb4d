/** `trust set`: the rules of the trust file that are about every key. */
import { hostAt, siteAt, updateTrustFile } from '@sallyport/bundle';
import { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { UsageError } from '../errors/usage-error.js';
import { FlagOnly } from '../options/flag-only.js';
import { parseInteger } from '../options/integer.js';
import { collectMinimums } from '../options/minimum-sequence.js';
import { collectorOf, parserOf } from '../options/setting.js';
import { trustFileName, trustFileOption, type TrustFlags } from '../options/trust-options.js';
import { applyRules, clearable, rules, type RuleChanges } from '../options/trust-rules.js';
import { trustJson, trustLines } from '../output/describe-trust.js';
import { printResult, type ResultFlags } from '../output/print-result.js';

interface SetFlags extends Pick<TrustFlags, 'trust'>, ResultFlags, RuleChanges {}

export function trustSetCommand(context: CliContext): Command {
  return new Command('set')
    .description('change the rules of the trust file')
    .addOption(
      new FlagOnly('--threshold <number>', 'how many keys must have signed').argParser(
        parseInteger(1, 8),
      ),
    )
    .addOption(
      new FlagOnly('--max-age-days <number>', 'refuse bundles created longer ago').argParser(
        parseInteger(1, 36_500),
      ),
    )
    .addOption(
      new FlagOnly('--require-expires <yes|no>', 'refuse bundles that never expire').choices([
        'yes',
        'no',
      ]),
    )
    .addOption(
      new FlagOnly('--site <name>', 'name of this site in the audience of bundles').argParser(
        parserOf(siteAt),
      ),
    )
    .addOption(
      new FlagOnly(
        '--source-host <host>',
        'registry that images may come from; may be repeated, replaces the list',
      ).argParser(collectorOf(hostAt)),
    )
    .addOption(
      new FlagOnly(
        '--minimum-sequence <channel=number>',
        'lowest sequence to accept of a channel, 0 for none; may be repeated',
      ).argParser(collectMinimums),
    )
    .addOption(new FlagOnly('--clear <rule>', 'take a rule away').choices([...clearable]))
    .option(...trustFileOption)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  sallyport trust set --site plant-7 --max-age-days 30')
    .action(async (flags: SetFlags) => {
      await runSet(flags, context);
    });
}

async function runSet(flags: SetFlags, context: CliContext): Promise<void> {
  if (rules.every((rule) => flags[rule] === undefined)) {
    throw new UsageError('expected a rule to change, found none', {
      hint: 'see sallyport trust set --help',
    });
  }
  const trustFile = trustFileName(flags, context);
  const trust = await updateTrustFile(trustFile, (before) => applyRules(before, flags));
  const now = context.now();
  printResult(context, flags, {
    json: { trustFile, ...trustJson(trust, now) },
    lines: [`trust file:  ${trustFile}`, ...trustLines(trust, now)],
  });
}
