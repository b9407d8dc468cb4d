/** `prove`: pulls images as a runner would, and names what is missing. */
import { proveImages, type ProofOutcome } from '@sallyport/offline';
import { Command } from 'commander';
import { isDigest, parsePlatform } from 'oras-js';
import type { CliContext } from '../cli-context.js';
import { UsageError } from '../errors/usage-error.js';
import {
  credentialsOf,
  identityOption,
  usualIdentity,
  type Identity,
} from '../options/identity-option.js';
import { ProofClients } from '../options/proof-clients.js';
import { addRegistryOptions, type RegistryFlags } from '../options/registry-options.js';
import { repeatable } from '../options/repeatable.js';
import { namedImages, type SettingsImagesFlags } from '../options/settings-images.js';
import { addStateOption } from '../options/state-options.js';
import { addTrustOptions } from '../options/trust-options.js';
import { proofJson, proofLines } from '../output/describe-proof.js';
import { printResult, type ResultFlags } from '../output/print-result.js';

interface ProveFlags extends RegistryFlags, SettingsImagesFlags, ResultFlags {
  readonly as?: Identity;
  readonly receipt?: readonly string[];
  readonly platform?: string;
}

export function proveCommand(context: CliContext): Command {
  const command = new Command('prove')
    .description('pull images as a runner would, and name what is missing')
    .argument(
      '[image...]',
      'image, or receipt of an import; with --to: the bundle that was imported',
    )
    .addOption(
      identityOption(
        '--as <identity>',
        'who pulls; default: job-token in a GitLab job, else docker-config',
      ),
    )
    .addOption(repeatable('--receipt <file>', 'prove what this receipt says was imported'))
    .option('--to <registry/prefix>', 'where the bundle was imported')
    .option('--keep-path', 'it was imported so: the whole repository path below the prefix')
    .addOption(repeatable('--map <from=to>', 'it was imported so: a repository path elsewhere'))
    .option('--platform <os/arch>', 'platform of the runner (default: linux/amd64)');
  return addRegistryOptions(addStateOption(addTrustOptions(command)))
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  sallyport prove registry.example.com/namespace/dast:6 --as anonymous',
    )
    .action(async (names: string[], flags: ProveFlags) => {
      await runProve(names, flags, context);
    });
}

async function runProve(
  names: readonly string[],
  flags: ProveFlags,
  context: CliContext,
): Promise<void> {
  const usual = flags.dockerConfig === undefined ? usualIdentity(context) : 'docker-config';
  const identity = flags.as ?? usual;
  if (flags.dockerConfig !== undefined && identity !== 'docker-config') {
    throw new UsageError(`expected --docker-config or the identity ${identity}, found both`, {
      hint: 'to pull with the file, add --as docker-config',
    });
  }
  const images = await namedImages([...names, ...(flags.receipt ?? [])], flags, context);
  if (images.length === 0) {
    throw new UsageError('expected at least one image, found none', {
      hint: 'name an image, or a receipt with --receipt FILE',
    });
  }
  const credentials = credentialsOf(identity, flags.dockerConfig, context);
  await using clients = await ProofClients.open(flags, credentials, context);
  const toProve = images.map(({ registry, repository, tags, digest }) => ({
    registry,
    repository,
    tags,
    digest: digest !== undefined && isDigest(digest) ? digest : undefined,
  }));
  const outcomes = await proveImages(toProve, clients.connect(), {
    signal: context.signal,
    platform: flags.platform === undefined ? undefined : parsePlatform(flags.platform),
  });
  printResult(context, flags, {
    json: proofJson(outcomes, identity),
    lines: proofLines(outcomes, identity),
  });
  throwFirst(outcomes);
}

function throwFirst(outcomes: readonly ProofOutcome[]): void {
  for (const outcome of outcomes) if ('error' in outcome) throw outcome.error;
}
