/** `trust revoke` and `trust remove`: keys that count no more. A revoked key stays listed, with its reason. */
import {
  formatTime,
  removeKey,
  revokeKey,
  updateTrustFile,
  type SiteTrust,
} from '@sallyport/bundle';
import { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { FlagOnly } from '../options/flag-only.js';
import { parseReason } from '../options/setting.js';
import { trustFileName, trustFileOption, type TrustFlags } from '../options/trust-options.js';
import { trustJson } from '../output/describe-trust.js';
import { printResult, type ResultFlags } from '../output/print-result.js';

type EditFlags = Pick<TrustFlags, 'trust'> & ResultFlags;

interface RevokeFlags extends EditFlags {
  readonly reason: string;
}

export function trustRevokeCommand(context: CliContext): Command {
  return new Command('revoke')
    .description('never count a key again, and keep it listed with the reason')
    .argument('<name>', 'name of the key')
    .addOption(new FlagOnly('--reason <text>', 'why').argParser(parseReason).makeOptionMandatory())
    .option(...trustFileOption)
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  sallyport trust revoke headquarters-2025 --reason "laptop stolen"',
    )
    .action(async (name: string, flags: RevokeFlags) => {
      const at = formatTime(context.now());
      const change = (trust: SiteTrust) => revokeKey(trust, name, at, flags.reason);
      await edit(`revoked ${name}`, change, flags, context);
    });
}

export function trustRemoveCommand(context: CliContext): Command {
  return new Command('remove')
    .description('forget a key; its bundles become those of a stranger')
    .argument('<name>', 'name of the key')
    .option(...trustFileOption)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  sallyport trust remove headquarters-2024')
    .action(async (name: string, flags: EditFlags) => {
      await edit(`removed ${name}`, (trust) => removeKey(trust, name), flags, context);
    });
}

async function edit(
  done: string,
  change: (trust: SiteTrust) => SiteTrust,
  flags: EditFlags,
  context: CliContext,
): Promise<void> {
  const trustFile = trustFileName(flags, context);
  const trust = await updateTrustFile(trustFile, change);
  warnOfFewKeys(trust, context);
  printResult(context, flags, {
    json: { trustFile, ...trustJson(trust, context.now()) },
    lines: [`${done} in ${trustFile}`],
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
