/** `trust set`: the rules of the trust file that are about every key, or what one key counts for. */
import { changeKey, hostAt, siteAt, type SiteTrust } from '@sallyport/bundle';
import { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { changeTrust } from '../custody/change-trust.js';
import { addLogOption, type LogFlags } from '../custody/log-options.js';
import { recordRun } from '../custody/record-run.js';
import type { RunRecord } from '../custody/run-record.js';
import { UsageError } from '../errors/usage-error.js';
import { FlagOnly } from '../options/flag-only.js';
import { parseInteger } from '../options/integer.js';
import { areOfKey, clearableOfKey, keyChanges } from '../options/key-changes.js';
import { addKeyTermOptions, type KeyTermFlags } from '../options/key-terms.js';
import { collectMinimums } from '../options/minimum-sequence.js';
import { collectorOf, parserOf } from '../options/setting.js';
import { trustFileName, trustFileOption, type TrustFlags } from '../options/trust-options.js';
import { applyRules, areRules, clearable, type RuleChanges } from '../options/trust-rules.js';
import { trustJson, trustLines } from '../output/describe-trust.js';
import { printResult, type ResultFlags } from '../output/print-result.js';

interface SetFlags
  extends Pick<TrustFlags, 'trust'>, LogFlags, ResultFlags, RuleChanges, KeyTermFlags {}

export function trustSetCommand(context: CliContext): Command {
  const command = new Command('set')
    .description('change the rules of the trust file, or what one of its keys counts for')
    .argument('[name]', 'key to change; without it, the rules');
  addKeyTermOptions(addRuleOptions(command), 'with a key; replaces the list')
    .addOption(
      new FlagOnly('--clear <limit>', 'take a rule, or a date of the key, away').choices([
        ...clearable,
        ...clearableOfKey,
      ]),
    )
    .option(...trustFileOption);
  return addLogOption(command)
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  sallyport trust set --site plant-7 --max-age-days 30\n  sallyport trust set headquarters-2025 --not-after 2026-03-31',
    )
    .action(async (name: string | undefined, flags: SetFlags) => {
      await recordRun('trust set', flags, context, async (record) => {
        await runSet(name, flags, context, record);
      });
    });
}

function addRuleOptions(command: Command): Command {
  return command
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
    );
}

async function runSet(
  name: string | undefined,
  flags: SetFlags,
  context: CliContext,
  record: RunRecord,
): Promise<void> {
  const change = name === undefined ? changeOfRules(flags) : changeOfKey(name, flags);
  if (name !== undefined) record.note({ key: { name } });
  const trustFile = trustFileName(flags, context);
  const trust = await changeTrust({ trustFile, keyName: name, change }, record);
  const now = context.now();
  printResult(context, flags, {
    json: { trustFile, ...trustJson(trust, now) },
    lines: [`trust file:  ${trustFile}`, ...trustLines(trust, now)],
  });
}

/** @throws UsageError */
function changeOfRules(flags: SetFlags): (trust: SiteTrust) => SiteTrust {
  if (areOfKey(flags)) {
    throw new UsageError('expected the name of a key beside its dates or channels, found none', {
      hint: 'name the key: sallyport trust set NAME --not-after 2026-03-31',
    });
  }
  if (!areRules(flags)) {
    throw new UsageError('expected a rule to change, found none', {
      hint: 'see sallyport trust set --help',
    });
  }
  return (trust) => applyRules(trust, flags);
}

/** @throws UsageError */
function changeOfKey(name: string, flags: SetFlags): (trust: SiteTrust) => SiteTrust {
  const changes = keyChanges(flags);
  if (areRules(flags)) {
    throw new UsageError(`expected changes of the key ${name}, found rules of the file too`, {
      hint: 'change the rules in a command of their own, without the name of a key',
    });
  }
  return (trust) => changeKey(trust, name, changes);
}
