/** The flags of everything that talks to a registry, and the client that they describe. */
import { Option, type Command } from 'commander';
import { readFile } from 'node:fs/promises';
import {
  CodedError,
  dockerCredentials,
  printable,
  proxyFromEnvironment,
  RegistryClient,
  requireDockerConfig,
  type ClientOptions,
} from 'oras-js';
import type { CliContext } from '../cli-context.js';
import { UsageError } from '../errors/usage-error.js';
import { formatSeconds } from '../output/format.js';
import { parseInteger } from './integer.js';
import { repeatable } from './repeatable.js';

export interface RegistryFlags {
  readonly plainHttp?: readonly string[];
  readonly insecureSkipTlsVerify?: readonly string[];
  readonly caFile?: string;
  readonly clientCert?: string;
  readonly clientKey?: string;
  readonly dockerConfig?: string;
  readonly concurrency: number;
  readonly retries: number;
}

export function addRegistryOptions(command: Command): Command {
  return command
    .addOption(
      repeatable('--plain-http <host>', 'registry to speak http with (this machine needs no flag)'),
    )
    .addOption(
      repeatable('--insecure-skip-tls-verify <host>', 'registry whose certificate is not checked'),
    )
    .option('--ca-file <file>', 'certificates to trust besides those that Node brings along (PEM)')
    .option('--client-cert <file>', 'certificate to show to registries that ask (PEM)')
    .option('--client-key <file>', 'private key of the client certificate (PEM)')
    .option(
      '--docker-config <file>',
      'credentials file; default: where docker and podman keep theirs',
    )
    .addOption(
      new Option('--concurrency <number>', 'blobs transferred at once')
        .argParser(parseInteger(1, 64))
        .default(4),
    )
    .addOption(
      new Option('--retries <number>', 'times a request that may succeed later is sent again')
        .argParser(parseInteger(0, 100))
        .default(4),
    );
}

export async function registryClient(
  flags: RegistryFlags,
  context: CliContext,
  more: Pick<ClientOptions, 'onExchange'> = {},
): Promise<RegistryClient> {
  return new RegistryClient({ ...(await clientOptions(flags, context)), ...more });
}

/** For programs of several clients: what is to be said of the flags is said once. */
export async function clientOptions(
  flags: RegistryFlags,
  context: CliContext,
): Promise<ClientOptions> {
  const { stderr, env, homeDirectory } = context;
  const unchecked = flags.insecureSkipTlsVerify ?? [];
  if (unchecked.length > 0) {
    stderr.write(`warning: the certificate of ${unchecked.join(', ')} is NOT checked\n`);
  }
  if (flags.dockerConfig !== undefined) await requireDockerConfig(flags.dockerConfig);
  const credentials = dockerCredentials({
    env,
    homeDirectory,
    ...(flags.dockerConfig === undefined ? {} : { configFile: flags.dockerConfig }),
  });
  return {
    plainHttp: flags.plainHttp ?? [],
    insecureSkipTlsVerify: unchecked,
    credentials,
    proxy: proxyFromEnvironment(env),
    retry: { maxRetries: flags.retries },
    // Manifests are asked for eight at a time, whatever is said of blobs.
    maxConnectionsPerHost: Math.max(flags.concurrency, 8),
    onRetry: ({ waitMs, error }) => {
      const wait = formatSeconds(waitMs / 1000);
      stderr.write(`${printable(error.message)}; trying again in ${wait}\n`);
    },
    onWarning: ({ host, text }) => {
      stderr.write(`warning: ${host} says: ${text}\n`);
    },
    ...(flags.caFile === undefined ? {} : { ca: await readText(flags.caFile, '--ca-file') }),
    ...(await clientCertificate(flags)),
  };
}

async function clientCertificate({
  clientCert,
  clientKey,
}: RegistryFlags): Promise<Pick<ClientOptions, 'clientCertificate'>> {
  if (clientCert === undefined && clientKey === undefined) return {};
  if (clientCert === undefined || clientKey === undefined) {
    throw new UsageError('expected --client-cert and --client-key together, found one of them');
  }
  const cert = await readText(clientCert, '--client-cert');
  return { clientCertificate: { cert, key: await readText(clientKey, '--client-key') } };
}

/** @throws UsageError */
export async function readText(file: string, option: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (cause instanceof CodedError) throw cause;
    throw new UsageError(`expected a readable file for ${option}, found none at ${file}`, {
      cause,
    });
  }
}
