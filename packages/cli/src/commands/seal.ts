/** `seal`: an image archive that was saved by another tool → one signed bundle. */
import { exportBundle, openArchive } from '@sallyport/connected';
import { Command } from 'commander';
import { parseReference } from 'oras-js';
import type { CliContext } from '../cli-context.js';
import { addLogOption, type LogFlags } from '../custody/log-options.js';
import { recordRun } from '../custody/record-run.js';
import type { RunRecord } from '../custody/run-record.js';
import {
  addBundleOptions,
  bundleFacts,
  bundleOutput,
  publicKeysOf,
  type BundleFlags,
} from '../options/bundle-flags.js';
import { addSignerOptions, readSigners, type SignerFlags } from '../options/signers.js';
import { exportResult } from '../output/describe-export.js';
import { printResult, type ResultFlags } from '../output/print-result.js';
import { Progress } from '../output/progress.js';

interface SealFlags extends SignerFlags, BundleFlags, LogFlags, ResultFlags {
  readonly name?: string;
}

export function sealCommand(context: CliContext): Command {
  const command = new Command('seal')
    .description('sign an image archive of docker save, podman save or skopeo into a bundle')
    .argument('<archive>', 'docker or OCI archive, an uncompressed tar')
    .option('--name <image>', 'name of the one image in the archive, in place of what stands there')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  sallyport seal app.tar --output app.sallyport.tar --key bundle.key',
    );
  return addLogOption(addSignerOptions(addBundleOptions(command))).action(
    async (archive: string, flags: SealFlags) => {
      await recordRun('seal', flags, context, async (record) => {
        await runSeal(archive, flags, context, record);
      });
    },
  );
}

async function runSeal(
  file: string,
  flags: SealFlags,
  context: CliContext,
  record: RunRecord,
): Promise<void> {
  const { signal } = context;
  record.note({ channel: flags.channel, source: file });
  const facts = await bundleFacts(flags, context);
  const output = bundleOutput(flags, context);
  record.note({ file: flags.output ?? '' });
  const signers = await readSigners(flags, context);
  const name = flags.name === undefined ? undefined : parseReference(flags.name);
  await using archive = await openArchive(file, { name, signal });
  using progress = new Progress(context, 'sealed');
  const { images, connect } = archive;
  const report = await exportBundle(
    { ...facts, images, connect, signers, output },
    {
      // The archive says nothing of who made its images, and nobody is asked.
      skipReferrers: true,
      sourceName: `the archive ${file}`,
      signal,
      now: () => facts.created,
      onEvent: progress.onExport,
    },
  );
  progress[Symbol.dispose]();
  record.noteBundle(report.manifest, report.digest, await publicKeysOf(signers));
  const result = exportResult(report, flags.output ?? '');
  printResult('stream' in output ? { ...context, stdout: context.stderr } : context, flags, result);
}
