/** `inspect`: what is in a bundle and who signed it. Reads the head only, and says what it did not check. */
import {
  openBundle,
  peekBundle,
  signatureTrust,
  type BundleImage,
  type BundleInput,
  type SiteTrust,
} from '@sallyport/bundle';
import { verifyGate } from '@sallyport/offline';
import { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { openInput } from '../options/bundle-input.js';
import {
  addInstanceOption,
  warnOfInstance,
  type InstanceFlags,
} from '../options/instance-option.js';
import { addStateOption, stateFolder, type StateFlags } from '../options/state-options.js';
import { addTrustOptions, readTrustIfGiven, type TrustFlags } from '../options/trust-options.js';
import { bundleJson, bundleLines } from '../output/describe-bundle.js';
import { signerJson, signerLines } from '../output/describe-signers.js';
import { printResult, type ResultFlags } from '../output/print-result.js';
import {
  unverifiedReport,
  verifiedReport,
  writeReport,
  type BundleReport,
} from '../pages/bundle-report.js';

type InspectFlags = TrustFlags &
  StateFlags &
  InstanceFlags &
  ResultFlags & { readonly html?: string };

interface Inspected {
  readonly images: readonly BundleImage[];
  readonly json: object;
  readonly lines: readonly string[];
  readonly report: BundleReport;
}

export function inspectCommand(context: CliContext): Command {
  const command = new Command('inspect')
    .description('show what is in a bundle and who signed it')
    .argument('<bundle>', 'bundle file, or - for standard input');
  return addInstanceOption(addStateOption(addTrustOptions(command)))
    .option('--html <file>', 'write a transfer report too: one page to read, print and sign')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  sallyport inspect dast.sallyport.tar --json')
    .action(async (name: string, flags: InspectFlags) => {
      const trust = await readTrustIfGiven(flags, context);
      await using input = await openInput(name, context);
      const inspected =
        trust === undefined
          ? await inspectUnverified(input, context)
          : await inspectVerified(input, trust, stateFolder(flags, context), context);
      if (flags.html !== undefined) await writeReport(flags.html, name, inspected.report, context);
      warnOfInstance(inspected.images, flags, context);
      printResult(context, flags, inspected);
    });
}

async function inspectUnverified(input: BundleInput, { signal }: CliContext): Promise<Inspected> {
  const bundle = await peekBundle(input, { signal });
  const { manifest, digest, fileBytes, claimedKeys } = bundle;
  return {
    images: manifest.images,
    report: unverifiedReport(bundle),
    json: {
      bundle: digest,
      fileBytes,
      signature: { state: 'not-checked', claimedKeys: claimedKeys.map((hint) => hint ?? null) },
      contents: 'not-checked',
      ...bundleJson(manifest),
    },
    lines: [
      `bundle:      ${digest}`,
      'signature:   NOT CHECKED (give --key or --trust to check it)',
      ...bundleLines(manifest),
    ],
  };
}

async function inspectVerified(
  input: BundleInput,
  trust: SiteTrust,
  folder: string,
  { signal, now }: CliContext,
): Promise<Inspected> {
  const checkPolicy = verifyGate({ trust, folder, now });
  const bundle = await openBundle(input, signatureTrust(trust), { signal, checkPolicy });
  const { manifest, digest, fileBytes, signers, notes } = bundle;
  return {
    images: manifest.images,
    report: verifiedReport(bundle, false),
    json: {
      bundle: digest,
      fileBytes,
      signature: { state: 'verified', signers: signerJson(signers), notes },
      contents: 'not-checked',
      ...bundleJson(manifest),
    },
    lines: [
      `bundle:      ${digest}`,
      ...signerLines(signers),
      ...notes.map((note) => `note:        ${note}`),
      ...bundleLines(manifest),
      'layers:      not checked (verify does that)',
    ],
  };
}
