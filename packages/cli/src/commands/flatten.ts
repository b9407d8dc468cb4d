/** `flatten`: the content of a bundle as plain files, for malware scanners. */
import { flatListName, flattenBundle, openBundle, signatureTrust } from '@sallyport/bundle';
import { verifyGate } from '@sallyport/offline';
import { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { addLogOption, type LogFlags } from '../custody/log-options.js';
import { recordRun } from '../custody/record-run.js';
import type { RunRecord } from '../custody/run-record.js';
import { openInput } from '../options/bundle-input.js';
import { addStateOption, stateFolder, type StateFlags } from '../options/state-options.js';
import { addTrustOptions, readTrust, type TrustFlags } from '../options/trust-options.js';
import { signerLines } from '../output/describe-signers.js';
import { formatBytes } from '../output/format.js';
import { printResult, type ResultFlags } from '../output/print-result.js';

type FlattenFlags = TrustFlags & StateFlags & LogFlags & ResultFlags;

export function flattenCommand(context: CliContext): Command {
  const command = new Command('flatten')
    .description('prove a bundle and write its content as plain files, for malware scanners')
    .argument('<bundle>', 'bundle file, or - for standard input')
    .argument('<folder>', 'folder that is empty or not there yet');
  return addLogOption(addStateOption(addTrustOptions(command)))
    .option('--json', 'print the list of files as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  sallyport flatten dast.sallyport.tar to-scan --key bundle.pub',
    )
    .action(async (name: string, folder: string, flags: FlattenFlags) => {
      await recordRun('flatten', flags, context, async (record) => {
        record.note({ file: name, destination: folder });
        await runFlatten(name, folder, flags, { context, record });
      });
    });
}

async function runFlatten(
  name: string,
  folder: string,
  flags: FlattenFlags,
  { context, record }: { readonly context: CliContext; readonly record: RunRecord },
): Promise<void> {
  const { signal, now } = context;
  const trust = await readTrust(flags, context);
  await using input = await openInput(name, context);
  const checkPolicy = verifyGate({ trust, folder: stateFolder(flags, context), now });
  const bundle = await openBundle(input, signatureTrust(trust), { signal, checkPolicy });
  record.noteBundle(bundle.manifest, bundle.digest, bundle.signers);
  const list = await flattenBundle(bundle, folder, { signal });
  const bytes = list.files.reduce((sum, { size }) => sum + size, 0);
  printResult(context, flags, {
    json: { folder, ...list },
    lines: [
      `wrote ${list.files.length} files to ${folder}, ${formatBytes(bytes)}, each one proven`,
      `bundle:      ${bundle.digest}`,
      ...signerLines(bundle.signers),
      `list:        ${flatListName}, with digest, media type and images of each file`,
    ],
  });
}
