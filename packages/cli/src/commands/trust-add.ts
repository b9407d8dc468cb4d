/** `trust add`: a public key into the trust file, once somebody has compared its fingerprint. */
import {
  addKey,
  compareFingerprint,
  readPublicKey,
  TrustFileError,
  type TrustedKey,
} from '@sallyport/bundle';
import { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { changeTrust } from '../custody/change-trust.js';
import { addLogOption, type LogFlags } from '../custody/log-options.js';
import { recordRun } from '../custody/record-run.js';
import type { RunRecord } from '../custody/run-record.js';
import { FlagOnly } from '../options/flag-only.js';
import { addKeyTermOptions, type KeyTermFlags } from '../options/key-terms.js';
import { parseKeyName } from '../options/setting.js';
import { trustFileName, trustFileOption, type TrustFlags } from '../options/trust-options.js';
import { fingerprintLines } from '../output/describe-trust.js';
import { printResult, type ResultFlags } from '../output/print-result.js';

interface AddFlags extends Pick<TrustFlags, 'trust'>, KeyTermFlags, LogFlags, ResultFlags {
  readonly name: string;
  readonly fingerprint?: string;
}

export function trustAddCommand(context: CliContext): Command {
  const command = new Command('add')
    .description('trust a public key, after its fingerprint was compared')
    .argument('<file>', 'public key of the connected side (PEM)')
    .addOption(
      new FlagOnly('--name <name>', 'what to call it here')
        .argParser(parseKeyName)
        .makeOptionMandatory(),
    );
  addKeyTermOptions(command, 'default: "default"')
    .addOption(
      new FlagOnly(
        '--fingerprint <hex>',
        'the fingerprint as it came another way than the file; without it you are asked',
      ),
    )
    .option(...trustFileOption);
  return addLogOption(command)
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  sallyport trust add bundle.pub --name headquarters-2026 --channel default',
    )
    .action(async (file: string, flags: AddFlags) => {
      await recordRun('trust add', flags, context, async (record) => {
        await runAdd(file, flags, context, record);
      });
    });
}

async function runAdd(
  file: string,
  flags: AddFlags,
  context: CliContext,
  record: RunRecord,
): Promise<void> {
  const trustFile = trustFileName(flags, context);
  record.note({ trustFile, key: { name: flags.name } });
  const key = await readPublicKey(file);
  record.note({ key: { name: flags.name, fingerprint: key.fingerprint } });
  await compare(key, flags, context);
  const { name, channel = ['default'], notBefore, notAfter } = flags;
  const terms = { name, key, channels: channel, notBefore, notAfter, revoked: undefined };
  await changeTrust({ trustFile, keyName: name, change: (trust) => addKey(trust, terms) }, record);
  const { fingerprint } = key;
  printResult(context, flags, {
    json: { trustFile, name, fingerprint, channels: channel, notBefore, notAfter },
    lines: [
      `trusted as ${name} in ${trustFile}, for: ${channel.join(', ')}`,
      ...fingerprintLines(key),
    ],
  });
}

/** @throws TrustFileError `TRUST_FINGERPRINT_…` */
async function compare(
  key: TrustedKey,
  { fingerprint }: AddFlags,
  context: CliContext,
): Promise<void> {
  if (fingerprint !== undefined) {
    compareFingerprint(key, fingerprint);
    return;
  }
  for (const line of fingerprintLines(key)) context.stderr.write(`${line}\n`);
  const answer = await context.ask?.(
    'Is this the fingerprint that the connected side has read out to you? Type yes: ',
  );
  if (answer?.trim() === 'yes') return;
  throw new TrustFileError(
    'TRUST_FINGERPRINT_UNCOMPARED',
    `expected ${answer === undefined ? '--fingerprint, as there is no terminal to ask on' : 'the answer yes'}, found ${answer === undefined ? 'none' : 'another'}; nothing was trusted`,
    {
      hint: 'ask the connected side for the fingerprint of its key, by phone or on paper, and give it with --fingerprint',
    },
  );
}
