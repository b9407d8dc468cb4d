/** `import`: a bundle → a registry; proven on the way, tags last. */
import { openBundle, signatureTrust } from '@sallyport/bundle';
import {
  dryGate,
  importBundle,
  ImportGate,
  parseDestination,
  parseMappingRule,
  planImport,
  verifyBundle,
  type GateRequest,
  type ImportRequest,
  type OnImportEvent,
} from '@sallyport/offline';
import { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { addLogOption, type LogFlags } from '../custody/log-options.js';
import { addReceiptOptions, ReceiptFiles, type ReceiptFlags } from '../custody/receipt-files.js';
import { recordRun } from '../custody/record-run.js';
import type { RunRecord } from '../custody/run-record.js';
import { openInput } from '../options/bundle-input.js';
import {
  addInstanceOption,
  warnOfInstance,
  type InstanceFlags,
} from '../options/instance-option.js';
import {
  addProofOptions,
  ImportProver,
  openImportClient,
  type ProofFlags,
} from '../options/import-proof.js';
import { addRegistryOptions } from '../options/registry-options.js';
import { repeatable } from '../options/repeatable.js';
import {
  addChoiceOptions,
  importChoices,
  stateFolder,
  type ChoiceFlags,
} from '../options/state-options.js';
import { addTrustOptions, readTrust, type TrustFlags } from '../options/trust-options.js';
import { dryRunResult, importResult } from '../output/describe-import.js';
import { noteAll } from '../output/note-all.js';
import { printResult, type ResultFlags } from '../output/print-result.js';
import { Progress } from '../output/progress.js';

interface ImportFlags
  extends ProofFlags, TrustFlags, ChoiceFlags, LogFlags, ReceiptFlags, InstanceFlags, ResultFlags {
  readonly keepPath?: boolean;
  readonly map?: readonly string[];
  readonly dryRun?: boolean;
  readonly trustDestination?: boolean;
}

export function importCommand(context: CliContext): Command {
  const command = new Command('import')
    .description('prove a bundle and stream it into a registry')
    .argument('<bundle>', 'bundle file, or - for standard input')
    .argument('<registry/prefix>', 'where the images go, e.g. registry.example.com/namespace')
    .option('--keep-path', 'keep the whole repository path below the prefix')
    .addOption(
      repeatable('--map <from=to>', 'a repository path to write elsewhere below the prefix'),
    )
    .option('--dry-run', 'prove the bundle and say what would be written, write nothing')
    .option(
      '--trust-destination',
      'read no blob of the bundle when the registry has every manifest already',
    );
  return addLogOption(
    addReceiptOptions(
      addRegistryOptions(
        addProofOptions(addChoiceOptions(addTrustOptions(addInstanceOption(command)))),
      ),
    ),
  )
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  sallyport import dast.sallyport.tar registry.example.com/namespace --key bundle.pub',
    )
    .action(async (name: string, destination: string, flags: ImportFlags) => {
      await recordRun('import', flags, context, async (record) => {
        await runImport(name, destination, flags, context, record);
      });
    });
}

async function runImport(
  name: string,
  destinationText: string,
  flags: ImportFlags,
  context: CliContext,
  record: RunRecord,
): Promise<void> {
  const { signal } = context;
  record.note({ file: name, destination: destinationText });
  if (flags.dryRun === true) record.note({ dryRun: true });
  if (flags.allowRollback !== undefined) record.noteReason(flags.allowRollback);
  const destination = parseDestination(destinationText);
  const mapping = {
    keepPath: flags.keepPath ?? false,
    rules: new Map((flags.map ?? []).map(parseMappingRule)),
  };
  const trust = await readTrust(flags, context);
  const gateRequest: GateRequest = {
    trust,
    folder: stateFolder(flags, context),
    choices: importChoices(flags, destination, mapping),
    now: context.now,
  };
  // Reserved before anything is opened: what cannot be written shall not be found out after the import.
  await using receipts = await ReceiptFiles.reserve(flags, context);
  await using gate = new ImportGate(gateRequest, { signal, lockWaitMs: flags.lockWait * 1000 });
  const checkPolicy = flags.dryRun === true ? dryGate(gateRequest) : gate.check;
  await using input = await openInput(name, context);
  const bundle = await openBundle(input, signatureTrust(trust), { signal, checkPolicy });
  record.noteBundle(bundle.manifest, bundle.digest, bundle.signers);
  warnOfInstance(bundle.manifest.images, flags, context);
  await using way = await openImportClient(flags, context);
  await using prover = await ImportProver.open(way, destination.registry, flags, context);
  const connect = (repository: string) => way.client.repository(destination.registry, repository);
  const request = { bundle, destination, mapping, connect };
  await (flags.dryRun === true
    ? dryRun(request, flags, context)
    : realRun(request, { gate, receipts, record, prover }, flags, context));
}

interface RealRun {
  readonly gate: ImportGate;
  readonly receipts: ReceiptFiles;
  readonly record: RunRecord;
  readonly prover: ImportProver;
}

async function realRun(
  request: ImportRequest,
  { gate, receipts, record, prover }: RealRun,
  flags: ImportFlags,
  context: CliContext,
): Promise<void> {
  const startedAt = context.now();
  const { notes } = request.bundle;
  using progress = new Progress(context, 'imported');
  const { concurrency, trustDestination = false } = flags;
  const onEvent: OnImportEvent = (event) => {
    progress.onImport(event);
    prover.note(event);
  };
  await record.begin();
  const { signal } = context;
  const beforeTags = gate.confirm;
  const transfer = { concurrency, trustDestination, signal, onEvent, beforeTags };
  const options = { ...transfer, ...prover.options };
  const report = await importBundle(request, options);
  await gate.record(request.bundle);
  await receipts.write(report, { startedAt, record, notes, proof: prover.result });
  progress[Symbol.dispose]();
  noteAll(notes, context);
  const run = { decision: gate.decision, proof: prover.result };
  printResult(context, flags, importResult(report, run, flags.gitlabVersion));
}

async function dryRun(
  request: ImportRequest,
  flags: ImportFlags,
  context: CliContext,
): Promise<void> {
  const { signal } = context;
  const plan = await planImport(request, { signal });
  using progress = new Progress(context, 'proved');
  await verifyBundle(request.bundle, { signal, onEvent: progress.onImport });
  progress[Symbol.dispose]();
  noteAll(request.bundle.notes, context);
  printResult(context, flags, dryRunResult(request.bundle, plan, request.destination));
}
