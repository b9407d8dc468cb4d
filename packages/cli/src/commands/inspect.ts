/** `inspect`: what is in a bundle and who signed it. Reads the head only, and says what it did not check. */
import { openBundle, peekBundle, type BundleInput } from '@sallyport/bundle';
import { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { openInput } from '../options/bundle-input.js';
import { addTrustOptions, readTrust, type TrustFlags } from '../options/trust-options.js';
import { bundleJson, bundleLines } from '../output/describe-bundle.js';
import { signerJson, signerLines } from '../output/describe-signers.js';
import { printResult, type ResultFlags } from '../output/print-result.js';

type InspectFlags = TrustFlags & ResultFlags;

interface Inspected {
  readonly json: object;
  readonly lines: readonly string[];
}

export function inspectCommand(context: CliContext): Command {
  const command = new Command('inspect')
    .description('show what is in a bundle and who signed it')
    .argument('<bundle>', 'bundle file, or - for standard input');
  return addTrustOptions(command)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  sallyport inspect dast.sallyport.tar --json')
    .action(async (name: string, flags: InspectFlags) => {
      const trust = flags.key === undefined ? undefined : await readTrust(flags);
      await using input = await openInput(name, context);
      const inspected =
        trust === undefined
          ? await inspectUnverified(input, context)
          : await inspectVerified(input, trust, context);
      printResult(context, flags, inspected);
    });
}

async function inspectUnverified(input: BundleInput, { signal }: CliContext): Promise<Inspected> {
  const { manifest, digest, fileBytes, claimedKeys } = await peekBundle(input, { signal });
  return {
    json: {
      bundle: digest,
      fileBytes,
      signature: { state: 'not-checked', claimedKeys: claimedKeys.map((hint) => hint ?? null) },
      contents: 'not-checked',
      ...bundleJson(manifest),
    },
    lines: [
      `bundle:      ${digest}`,
      'signature:   NOT CHECKED (give --key to check it)',
      ...bundleLines(manifest),
    ],
  };
}

async function inspectVerified(
  input: BundleInput,
  trust: Awaited<ReturnType<typeof readTrust>>,
  { signal }: CliContext,
): Promise<Inspected> {
  const { manifest, digest, fileBytes, signers, notes } = await openBundle(input, trust, {
    signal,
  });
  return {
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
