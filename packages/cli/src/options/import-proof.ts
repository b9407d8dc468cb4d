/** `--prove-as`, `--no-prove`: who pulls back what an import wrote, and what that has shown. */
import {
  Journey,
  type ImageProof,
  type ImportProof,
  type OnImportEvent,
  type ReceiptProof,
} from '@sallyport/offline';
import type { Command } from 'commander';
import { requireDockerConfig, type RegistryClient } from 'oras-js';
import type { CliContext } from '../cli-context.js';
import { credentialsOf, identityOption, type Identity } from './identity-option.js';
import { ProofClients } from './proof-clients.js';
import { registryClient, type RegistryFlags } from './registry-options.js';

export interface ProofFlags extends RegistryFlags {
  readonly proveAs?: Identity;
  readonly proveDockerConfig?: string;
  /** False with `--no-prove`. */
  readonly prove: boolean;
}

export function addProofOptions(command: Command): Command {
  return command
    .addOption(
      identityOption('--prove-as <identity>', 'who pulls the images back; default: the importer'),
    )
    .option(
      '--prove-docker-config <file>',
      'credentials file of --prove-as docker-config; default: where docker and podman keep theirs',
    )
    .option('--no-prove', 'do not pull the images back; receipt and report say so');
}

export class ImportProver implements AsyncDisposable {
  readonly options: ImportProof;
  private readonly identity: string;
  private readonly clients: ProofClients | undefined;
  /** By image: where content was lost and sent again, the last proof counts. */
  private readonly proofs = new Map<string, ImageProof>();

  private constructor(options: ImportProof, identity: string, clients?: ProofClients) {
    this.options = options;
    this.identity = identity;
    this.clients = clients;
  }

  /** @throws UsageError for an identity without its secret: before anything is pushed. */
  static async open(
    { client, journey }: ImportClient,
    registry: string,
    flags: ProofFlags,
    context: CliContext,
  ): Promise<ImportProver> {
    if (!flags.prove) return new ImportProver({ isUnproven: true }, 'nobody');
    if (flags.proveAs === undefined) {
      const connectProof: ImportProof['connectProof'] = ({ repository }) => ({
        repository: client.repository(registry, repository),
        journey,
      });
      return new ImportProver({ connectProof }, 'importer');
    }
    if (flags.proveDockerConfig !== undefined) await requireDockerConfig(flags.proveDockerConfig);
    const credentials = credentialsOf(flags.proveAs, flags.proveDockerConfig, context);
    const clients = await ProofClients.open(flags, credentials, context);
    return new ImportProver({ connectProof: clients.connect(registry) }, flags.proveAs, clients);
  }

  /** Takes the events of an import. */
  readonly note: OnImportEvent = (event) => {
    if (event.type !== 'proved') return;
    const { image, digest } = event.proof;
    this.proofs.set(`${image}@${digest}`, event.proof);
  };

  /** Undefined when nothing was proven. */
  get result(): ReceiptProof | undefined {
    const images = [...this.proofs.values()];
    return images.length === 0 ? undefined : { identity: this.identity, images };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.clients?.[Symbol.asyncDispose]();
  }
}

/** The client of an import, and what it meets once the proof has begun. */
export interface ImportClient {
  readonly client: RegistryClient;
  readonly journey: Journey;
}

export async function openImportClient(
  flags: RegistryFlags,
  context: CliContext,
): Promise<ImportClient & AsyncDisposable> {
  const journey = new Journey(context.now);
  const client = await registryClient(flags, context, { onExchange: journey.note });
  return { client, journey, [Symbol.asyncDispose]: () => client.close() };
}
