/** `trust revoke` and `trust remove`: keys that count no more. A revoked key stays listed, with its reason. */
import { formatTime, removeKey, revokeKey, type SiteTrust } from '@sallyport/bundle';
import { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { changeTrust } from '../custody/change-trust.js';
import { addLogOption, type LogFlags } from '../custody/log-options.js';
import { recordRun } from '../custody/record-run.js';
import type { RunRecord } from '../custody/run-record.js';
import { FlagOnly } from '../options/flag-only.js';
import { parseReason } from '../options/setting.js';
import { trustFileName, trustFileOption, type TrustFlags } from '../options/trust-options.js';
import { trustJson } from '../output/describe-trust.js';
import { printResult, type ResultFlags } from '../output/print-result.js';

type EditFlags = Pick<TrustFlags, 'trust'> & LogFlags & ResultFlags;

interface RevokeFlags extends EditFlags {
  readonly reason: string;
}

export function trustRevokeCommand(context: CliContext): Command {
  const command = new Command('revoke')
    .description('never count a key again, and keep it listed with the reason')
    .argument('<name>', 'name of the key')
    .addOption(new FlagOnly('--reason <text>', 'why').argParser(parseReason).makeOptionMandatory())
    .option(...trustFileOption);
  return addLogOption(command)
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  sallyport trust revoke headquarters-2025 --reason "laptop stolen"',
    )
    .action(async (name: string, flags: RevokeFlags) => {
      const at = formatTime(context.now());
      const change = (trust: SiteTrust) => revokeKey(trust, name, at, flags.reason);
      await recordRun('trust revoke', flags, context, async (record) => {
        record.noteReason(flags.reason);
        await edit({ done: 'revoked', keyName: name, change }, flags, context, record);
      });
    });
}

export function trustRemoveCommand(context: CliContext): Command {
  const command = new Command('remove')
    .description('forget a key; its bundles become those of a stranger')
    .argument('<name>', 'name of the key')
    .option(...trustFileOption);
  return addLogOption(command)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  sallyport trust remove headquarters-2024')
    .action(async (name: string, flags: EditFlags) => {
      const change = (trust: SiteTrust) => removeKey(trust, name);
      await recordRun('trust remove', flags, context, async (record) => {
        await edit({ done: 'removed', keyName: name, change }, flags, context, record);
      });
    });
}

interface Edit {
  /** What happened to the key, for the result. */
  readonly done: string;
  readonly keyName: string;
  readonly change: (trust: SiteTrust) => SiteTrust;
}

async function edit(
  { done, keyName, change }: Edit,
  flags: EditFlags,
  context: CliContext,
  record: RunRecord,
): Promise<void> {
  const trustFile = trustFileName(flags, context);
  record.note({ key: { name: keyName } });
  const trust = await changeTrust({ trustFile, keyName, change }, record);
  warnOfFewKeys(trust, context);
  printResult(context, flags, {
    json: { trustFile, ...trustJson(trust, context.now()) },
    lines: [`${done} ${keyName} in ${trustFile}`],
  });
}

/** Revoking must never fail for this, and nobody should learn of it at the next import. */
function warnOfFewKeys({ keys, threshold }: SiteTrust, { stderr }: CliContext): void {
  const usable = new Set(
    keys.flatMap(({ key, revoked }) => (revoked === undefined ? key.fingerprint : [])),
  );
  if (usable.size >= threshold) return;
  stderr.write(
    `warning: ${usable.size} keys are left of the ${threshold} that have to sign; until one is added nothing can be imported\n`,
  );
}
