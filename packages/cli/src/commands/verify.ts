/** `verify`: proves everything in a bundle, pushes nothing. */
import { openBundle, signatureTrust } from '@sallyport/bundle';
import { verifyBundle, verifyGate } from '@sallyport/offline';
import { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { addLogOption, type LogFlags } from '../custody/log-options.js';
import { recordRun } from '../custody/record-run.js';
import type { RunRecord } from '../custody/run-record.js';
import { openInput } from '../options/bundle-input.js';
import {
  addInstanceOption,
  warnOfInstance,
  type InstanceFlags,
} from '../options/instance-option.js';
import { addStateOption, stateFolder, type StateFlags } from '../options/state-options.js';
import { addTrustOptions, readTrust, type TrustFlags } from '../options/trust-options.js';
import { bundleJson, bundleLines } from '../output/describe-bundle.js';
import { signerJson, signerLines } from '../output/describe-signers.js';
import { printResult, type ResultFlags } from '../output/print-result.js';
import { Progress } from '../output/progress.js';
import { verifiedReport, writeReport } from '../pages/bundle-report.js';

type VerifyFlags = TrustFlags &
  StateFlags &
  InstanceFlags &
  LogFlags &
  ResultFlags & { readonly html?: string };

export function verifyCommand(context: CliContext): Command {
  const command = new Command('verify')
    .description('prove every byte of a bundle; nothing is pushed')
    .argument('<bundle>', 'bundle file, or - for standard input');
  return addLogOption(addInstanceOption(addStateOption(addTrustOptions(command))))
    .option('--html <file>', 'write a transfer report too: one page to read, print and sign')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  sallyport verify dast.sallyport.tar --key bundle.pub')
    .action(async (name: string, flags: VerifyFlags) => {
      await recordRun('verify', flags, context, async (record) => {
        await runVerify(name, flags, context, record);
      });
    });
}

async function runVerify(
  name: string,
  flags: VerifyFlags,
  context: CliContext,
  record: RunRecord,
): Promise<void> {
  const { signal, now } = context;
  record.note({ file: name });
  const trust = await readTrust(flags, context);
  await using input = await openInput(name, context);
  const checkPolicy = verifyGate({ trust, folder: stateFolder(flags, context), now });
  const bundle = await openBundle(input, signatureTrust(trust), { signal, checkPolicy });
  record.noteBundle(bundle.manifest, bundle.digest, bundle.signers);
  warnOfInstance(bundle.manifest.images, flags, context);
  using progress = new Progress(context, 'proved');
  await verifyBundle(bundle, { signal, onEvent: progress.onImport });
  progress[Symbol.dispose]();
  if (flags.html !== undefined)
    await writeReport(flags.html, name, verifiedReport(bundle, true), context);
  const { manifest, digest, signers, notes, fileBytes } = bundle;
  printResult(context, flags, {
    json: {
      verified: true,
      bundle: digest,
      fileBytes,
      signers: signerJson(signers),
      notes,
      ...bundleJson(manifest),
    },
    lines: [
      `verified ${bundle.name}: every byte is what was signed`,
      `bundle:      ${digest}`,
      ...signerLines(signers),
      ...notes.map((note) => `note:        ${note}`),
      ...bundleLines(manifest),
    ],
  });
}
