/** `check`: whether everything that an import or an export needs is there, before it is needed. Writes nothing that stays. */
import { defaultPreset, isGitlabLogin, possibleProjects } from '@sallyport/gitlab';
import {
  Exchanges,
  parseDestination,
  runChecks,
  type CheckReport,
  type RegistryRules,
} from '@sallyport/offline';
import { Command } from 'commander';
import { isRepository, parseReference, withContext, type CallOptions } from 'oras-js';
import type { CliContext } from '../cli-context.js';
import { hintFor } from '../errors/report-failure.js';
import { UsageError } from '../errors/usage-error.js';
import { worstFailure } from '../errors/worst-failure.js';
import {
  addRegistryOptions,
  registryClient,
  type RegistryFlags,
} from '../options/registry-options.js';
import { repeatable } from '../options/repeatable.js';
import { checkJson, checkLines } from '../output/describe-check.js';
import { printResult, type ResultFlags } from '../output/print-result.js';

interface CheckFlags extends RegistryFlags, ResultFlags {
  readonly source?: readonly string[];
  readonly image: string;
  readonly space?: string;
}

export function checkCommand(context: CliContext): Command {
  const command = new Command('check')
    .description('look whether all that an import or an export needs is there')
    .argument('[registry/prefix]', 'where images will go, e.g. registry.example.com/namespace')
    .addOption(repeatable('--source <image>', 'an image that will be exported'))
    .option('--image <path>', 'path below the prefix of an image that will come', defaultPreset)
    .option('--space <folder>', 'folder whose free space is told');
  return addRegistryOptions(command)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  sallyport check registry.example.com/namespace')
    .action(async (destination: string | undefined, flags: CheckFlags) => {
      await check(destination, flags, context);
    });
}

async function check(
  destinationText: string | undefined,
  flags: CheckFlags,
  context: CliContext,
): Promise<void> {
  const { source = [], space: spaceFolder } = flags;
  if (destinationText === undefined && source.length === 0) {
    throw new UsageError('expected a destination or --source IMAGE, found neither', {
      hint: 'write for example sallyport check registry.example.com/namespace',
    });
  }
  const destination = placeOf(destinationText, flags.image);
  const sources = source.map((text) => parseReference(text));
  const exchanges = new Exchanges(context.now);
  await using client = await registryClient(flags, context, { onExchange: exchanges.note });
  const rules = registryRules(context);
  const { now, signal } = context;
  const request = { destination, sources, spaceFolder, client, exchanges, rules, now };
  const options: CallOptions = { signal };
  const report = await runChecks(request, options);
  printResult(context, flags, {
    json: checkJson({ destination: destination ?? null, sources: source }, report),
    lines: checkLines(report),
  });
  refuseFailures(report);
}

function placeOf(text: string | undefined, image: string) {
  if (text === undefined) return undefined;
  const { registry, prefix } = parseDestination(text);
  if (!isRepository(image)) {
    throw new UsageError(`expected a path below the prefix for --image, found ${image}`);
  }
  return { registry, repository: prefix === '' ? image : `${prefix}/${image}` };
}

function registryRules({ now }: CliContext): RegistryRules {
  return {
    isGitlab: isGitlabLogin,
    gitlabProjects: possibleProjects,
    hintFor: (error) => hintFor(error, now()),
  };
}

function refuseFailures({ lines }: CheckReport): void {
  const failed = lines.filter(({ error }) => error !== undefined);
  const worst = worstFailure(failed.flatMap(({ error }) => error ?? []));
  if (worst === undefined) return;
  const names = failed.map(({ check, subject }) => `${check} of ${subject}`).join(', ');
  throw withContext(worst, `${failed.length} of ${lines.length} checks failed: ${names}`);
}
