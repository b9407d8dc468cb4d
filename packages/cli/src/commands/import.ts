/** `import`: a bundle → a registry; proven on the way, tags last. */
import { openBundle, type VerifiedBundle } from '@sallyport/bundle';
import {
  importBundle,
  parseDestination,
  parseMappingRule,
  planImport,
  verifyBundle,
  type ImportRequest,
} from '@sallyport/offline';
import { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { openInput } from '../options/bundle-input.js';
import {
  addRegistryOptions,
  registryClient,
  type RegistryFlags,
} from '../options/registry-options.js';
import { repeatable } from '../options/repeatable.js';
import { addTrustOptions, readTrust, type TrustFlags } from '../options/trust-options.js';
import { dryRunResult, importResult } from '../output/describe-import.js';
import { printResult, type ResultFlags } from '../output/print-result.js';
import { Progress } from '../output/progress.js';

interface ImportFlags extends RegistryFlags, TrustFlags, ResultFlags {
  readonly keepPath?: boolean;
  readonly map?: readonly string[];
  readonly dryRun?: boolean;
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
    .option('--dry-run', 'prove the bundle and say what would be written, write nothing');
  return addRegistryOptions(addTrustOptions(command))
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  sallyport import dast.sallyport.tar registry.example.com/namespace --key bundle.pub',
    )
    .action(async (name: string, destination: string, flags: ImportFlags) => {
      await runImport(name, destination, flags, context);
    });
}

async function runImport(
  name: string,
  destinationText: string,
  flags: ImportFlags,
  context: CliContext,
): Promise<void> {
  const { signal } = context;
  const destination = parseDestination(destinationText);
  const mapping = {
    keepPath: flags.keepPath ?? false,
    rules: new Map((flags.map ?? []).map(parseMappingRule)),
  };
  const trust = await readTrust(flags);
  await using input = await openInput(name, context);
  const bundle = await openBundle(input, trust, { signal });
  await using client = await registryClient(flags, context);
  const connect = (repository: string) => client.repository(destination.registry, repository);
  const request = { bundle, destination, mapping, connect };
  await (flags.dryRun === true ? dryRun : realRun)(request, flags, context);
}

async function realRun(
  request: ImportRequest,
  flags: ImportFlags,
  context: CliContext,
): Promise<void> {
  using progress = new Progress(context, 'imported');
  const { concurrency } = flags;
  const { onImport: onEvent } = progress;
  const report = await importBundle(request, { concurrency, signal: context.signal, onEvent });
  progress[Symbol.dispose]();
  noteSignatures(request.bundle, context);
  printResult(context, flags, importResult(report));
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
  noteSignatures(request.bundle, context);
  printResult(context, flags, dryRunResult(request.bundle, plan, request.destination));
}

function noteSignatures({ notes }: VerifiedBundle, { stderr }: CliContext): void {
  for (const note of notes) stderr.write(`note: ${note}\n`);
}
