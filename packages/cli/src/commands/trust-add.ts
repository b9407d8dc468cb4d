/** `trust add`: a public key into the trust file, once somebody has compared its fingerprint. */
import {
  addKey,
  channelAt,
  compareFingerprint,
  readPublicKey,
  TrustFileError,
  updateTrustFile,
  type TrustedKey,
} from '@sallyport/bundle';
import { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { FlagOnly } from '../options/flag-only.js';
import { collectorOf, parseKeyName, parseTime } from '../options/setting.js';
import { trustFileName, trustFileOption, type TrustFlags } from '../options/trust-options.js';
import { fingerprintLines } from '../output/describe-trust.js';
import { printResult, type ResultFlags } from '../output/print-result.js';

interface AddFlags extends Pick<TrustFlags, 'trust'>, ResultFlags {
  readonly name: string;
  readonly channel?: readonly string[];
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly fingerprint?: string;
}

export function trustAddCommand(context: CliContext): Command {
  return new Command('add')
    .description('trust a public key, after its fingerprint was compared')
    .argument('<file>', 'public key of the connected side (PEM)')
    .addOption(
      new FlagOnly('--name <name>', 'what to call it here')
        .argParser(parseKeyName)
        .makeOptionMandatory(),
    )
    .addOption(
      new FlagOnly(
        '--channel <name>',
        'channel it may sign for (default: "default"); may be repeated',
      ).argParser(collectorOf(channelAt)),
    )
    .addOption(
      new FlagOnly('--not-before <time>', 'day or time (UTC) from which it counts').argParser(
        parseTime,
      ),
    )
    .addOption(
      new FlagOnly(
        '--not-after <time>',
        'day or time (UTC) from which it counts no more',
      ).argParser(parseTime),
    )
    .addOption(
      new FlagOnly(
        '--fingerprint <hex>',
        'the fingerprint as it came another way than the file; without it you are asked',
      ),
    )
    .option(...trustFileOption)
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  sallyport trust add bundle.pub --name headquarters-2026 --channel default',
    )
    .action(async (file: string, flags: AddFlags) => {
      await runAdd(file, flags, context);
    });
}

async function runAdd(file: string, flags: AddFlags, context: CliContext): Promise<void> {
  const key = await readPublicKey(file);
  await compare(key, flags, context);
  const { name, channel = ['default'], notBefore, notAfter } = flags;
  const terms = { name, key, channels: channel, notBefore, notAfter, revoked: undefined };
  const trustFile = trustFileName(flags, context);
  await updateTrustFile(trustFile, (trust) => addKey(trust, terms));
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
