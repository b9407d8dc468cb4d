/** A registry client for each image that is proven, so that what it met on its way is known apart. */
import { Journey, type ConnectProof } from '@sallyport/offline';
import { RegistryClient, type CredentialSource } from 'oras-js';
import type { CliContext } from '../cli-context.js';
import { clientOptions, type RegistryFlags } from './registry-options.js';

export class ProofClients implements AsyncDisposable {
  private readonly clients: RegistryClient[] = [];
  private readonly options: Awaited<ReturnType<typeof clientOptions>>;
  private readonly context: CliContext;

  private constructor(options: Awaited<ReturnType<typeof clientOptions>>, context: CliContext) {
    this.options = options;
    this.context = context;
  }

  static async open(
    flags: RegistryFlags,
    credentials: CredentialSource,
    context: CliContext,
  ): Promise<ProofClients> {
    return new ProofClients({ ...(await clientOptions(flags, context)), credentials }, context);
  }

  /** @param registry Of images that name none. */
  connect(registry = ''): ConnectProof {
    return (image) => {
      const journey = new Journey(this.context.now);
      const client = new RegistryClient({ ...this.options, onExchange: journey.note });
      this.clients.push(client);
      const repository = client.repository(image.registry ?? registry, image.repository);
      return { repository, journey };
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.clients.map((client) => client.close()));
  }
}
