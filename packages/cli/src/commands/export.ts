/** `export`: images in registries → one signed bundle. */
import { exportBundle, planExport, type ExportEvent } from '@sallyport/connected';
import { Command } from 'commander';
import { parseReference, type Reference } from 'oras-js';
import type { CliContext } from '../cli-context.js';
import { addLogOption, type LogFlags } from '../custody/log-options.js';
import { recordRun } from '../custody/record-run.js';
import { RunRecord } from '../custody/run-record.js';
import {
  addBundleOptions,
  bundleFacts,
  bundleOutput,
  publicKeysOf,
  type BundleFlags,
} from '../options/bundle-flags.js';
import { warnOfInstance } from '../options/instance-option.js';
import {
  addPresetOption,
  defaultImages,
  presetNames,
  type PresetFlags,
} from '../options/preset-option.js';
import { addSignerOptions, readSigners, type SignerFlags } from '../options/signers.js';
import {
  addRegistryOptions,
  registryClient,
  type RegistryFlags,
} from '../options/registry-options.js';
import {
  addSourceOptions,
  sourceOptions,
  updateLock,
  type SourceFlags,
} from '../options/source-options.js';
import {
  addTransferOptions,
  transferOptions,
  type TransferFlags,
} from '../options/transfer-options.js';
import { exportResult, planResult } from '../output/describe-export.js';
import { noteUnlisted } from '../output/note-unlisted.js';
import { printResult, type ResultFlags } from '../output/print-result.js';
import { Progress } from '../output/progress.js';

interface ExportFlags
  extends
    RegistryFlags,
    SignerFlags,
    SourceFlags,
    PresetFlags,
    BundleFlags,
    TransferFlags,
    LogFlags,
    ResultFlags {
  readonly plan?: boolean;
}

export function exportCommand(context: CliContext): Command {
  const command = new Command('export')
    .description('write images from registries into one signed bundle')
    .argument('[image...]', `what to export; without one: ${defaultImages.join(' ')}`)
    .option('--plan', 'print what would be in the bundle and download no layer')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  sallyport export registry.gitlab.com/security-products/dast:6 --output dast.sallyport.tar --key bundle.key',
    );
  return addLogOption(
    addRegistryOptions(
      addTransferOptions(
        addSignerOptions(addSourceOptions(addPresetOption(addBundleOptions(command)))),
      ),
    ),
  ).action(async (images: string[], flags: ExportFlags) => {
    const run = (record: RunRecord) => runExport(images, flags, context, record);
    // A plan carries nothing over.
    if (flags.plan === true) await run(new RunRecord());
    else await recordRun('export', flags, context, run);
  });
}

async function runExport(
  names: readonly string[],
  flags: ExportFlags,
  context: CliContext,
  record: RunRecord,
): Promise<void> {
  record.note({
    channel: flags.channel,
    ...(flags.output === undefined ? {} : { file: flags.output }),
  });
  const images = references(await presetNames(names, flags, context));
  const facts = await bundleFacts(flags, context);
  const source = await sourceOptions(flags);
  const signed =
    flags.plan === true
      ? undefined
      : { output: bundleOutput(flags, context), signers: await readSigners(flags, context) };
  await using client = await registryClient(flags, context);
  const request = {
    ...facts,
    images,
    connect: (name: Reference) => client.repository(name.registry, name.repository),
  };
  // A bundle made for a given moment has to come out the same at any other.
  const options = {
    ...source,
    ...transferOptions(flags),
    concurrency: flags.concurrency,
    signal: context.signal,
    now: () => facts.created,
  };
  if (signed === undefined) {
    const onEvent = (event: ExportEvent): void => {
      noteUnlisted(event, context);
    };
    const plan = await planExport(request, { ...options, onEvent });
    warnOfInstance(plan.images, flags, context);
    printResult(context, flags, planResult(plan));
    return;
  }
  using progress = new Progress(context, 'downloaded');
  const onEvent = (event: ExportEvent): void => {
    // All tags of the images are known only now, and nothing was downloaded for nothing yet.
    if (event.type === 'planned') warnOfInstance(event.images, flags, context);
    progress.onExport(event);
  };
  const report = await exportBundle({ ...request, ...signed }, { ...options, onEvent });
  progress[Symbol.dispose]();
  record.noteBundle(report.manifest, report.digest, await publicKeysOf(signed.signers));
  await updateLock(flags, report);
  const result = exportResult(report, flags.output ?? '');
  // Standard output may be the bundle itself.
  printResult(
    'stream' in signed.output ? { ...context, stdout: context.stderr } : context,
    flags,
    result,
  );
}

function references(names: readonly string[]): readonly Reference[] {
  return [...new Set(names)].map(parseReference);
}
