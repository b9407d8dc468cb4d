/**
 * Talks to any number of registries and owns the connections to them.
 *
 * One client has one memory: tokens, limits a host asked for, methods that
 * worked, open connections. Close it when done.
 */
import { Authorizer } from '../auth/authorizer.js';
import { SerialQueue } from '../async/serial-queue.js';
import type { CallOptions } from '../content/target.js';
import { Agents } from '../http/agents.js';
import { nodeSend } from '../http/node-send.js';
import { drain } from '../http/read-body.js';
import { Retries } from '../http/retries.js';
import type { HttpRequest, Send } from '../http/send.js';
import { timeoutDefaults, type TimeoutOptions } from '../http/timeouts.js';
import { withAuth } from '../http/with-auth.js';
import { withAvailability } from '../http/with-availability.js';
import { withExchanges } from '../http/with-exchanges.js';
import { withPacing } from '../http/with-pacing.js';
import { withRedirects } from '../http/with-redirects.js';
import { withRetries } from '../http/with-retries.js';
import { withWarnings } from '../http/with-warnings.js';
import { defaultMaxConnectionsPerHost, type ClientOptions } from './client-options.js';
import { errorFromResponse } from './error-from-response.js';
import { RegistryError } from './registry-error.js';
import { RegistryOrigins } from './registry-origin.js';
import { PresenceMemory } from './presence-memory.js';
import { Repository } from './repository.js';
import type { RepositoryContext } from './repository-context.js';
import { RepositoryProbe } from './repository-probe.js';
import { UploadMemory } from './upload-methods.js';

/**
 * The way to registries. Make one for a program, not one for each repository.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#endpoints
 */
export class RegistryClient implements AsyncDisposable {
  private readonly timeouts: Required<TimeoutOptions>;
  private readonly agents: Agents;
  private readonly origins: RegistryOrigins;
  private readonly retries: Retries;
  private readonly sendOnce: Send;
  private readonly send: Send;
  private readonly uploads = new UploadMemory();
  private readonly presence = new PresenceMemory();
  private readonly listUpdates = new SerialQueue();

  constructor(options: ClientOptions = {}) {
    this.timeouts = { ...timeoutDefaults, ...options.timeouts };
    this.agents = new Agents({ ...options, connectMs: this.timeouts.connectMs });
    this.origins = new RegistryOrigins(
      options.plainHttp ?? [],
      options.proxy ?? {},
      this.timeouts.connectMs,
    );
    this.retries = new Retries(options.retry, options.onRetry);
    this.sendOnce = layers(options, this.agents, this.timeouts, this.retries);
    this.send = withRetries(this.sendOnce, this.retries);
  }

  /**
   * @param registry Host as in image names: `registry.example.com:5000`, `docker.io`.
   * @param path Below it, as in image names: `library/alpine`.
   */
  repository(registry: string, path: string): Repository {
    return new Repository(this.contextOf(registry, path));
  }

  /** As `repository`: for finding out what it allows, with nothing left behind. */
  probe(registry: string, path: string): RepositoryProbe {
    return new RepositoryProbe(this.contextOf(registry, path));
  }

  /**
   * Whether a registry answers there and, if it asks, whether it takes our credentials.
   *
   * @throws RegistryError, `REGISTRY_NOT_A_REGISTRY` for anything that is none.
   */
  async ping(registry: string, options: CallOptions = {}): Promise<void> {
    const origin = await this.originOf(registry, options.signal);
    const request: HttpRequest = {
      method: 'GET',
      url: new URL('/v2/', origin),
      operation: `asking ${registry} whether it is a registry`,
      access: { registry, origin, scopes: [] },
      ...options,
    };
    const response = await this.send(request);
    const isHtml = /^\s*text\/html/i.test(response.headers.get('content-type') ?? '');
    if (response.status === 200 && !isHtml) return drain(response);
    const error = await errorFromResponse(request, response);
    throw response.status === 200 || response.status === 404 ? notARegistry(error) : error;
  }

  /** Closes all connections; requests under way fail. */
  close(): Promise<void> {
    return this.agents.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private contextOf(registry: string, path: string): RepositoryContext {
    const { timeouts, send, sendOnce, retries, uploads, presence, listUpdates } = this;
    const shared = { timeouts, send, sendOnce, retries, uploads, presence, listUpdates };
    const origin = (signal: AbortSignal | undefined) => this.originOf(registry, signal);
    return { registry, path, origin, ...shared };
  }

  private async originOf(registry: string, signal: AbortSignal | undefined): Promise<string> {
    const origin = await this.origins.originOf(registry, { signal });
    this.agents.nameRegistry(origin);
    return origin;
  }
}

/** From the wire up: each knows only the one below it. */
function layers(
  options: ClientOptions,
  agents: Agents,
  timeouts: Required<TimeoutOptions>,
  retries: Retries,
): Send {
  const userAgent = options.userAgent ?? 'oras-js';
  const maxPerHost = options.maxConnectionsPerHost ?? defaultMaxConnectionsPerHost;
  const onWarning = options.onWarning ?? (() => undefined);
  const sent = nodeSend({ agents, timeouts, userAgent });
  const { onExchange } = options;
  const told = onExchange === undefined ? sent : withExchanges(sent, agents, onExchange);
  const wire = withWarnings(told, onWarning);
  const plain = withRedirects(withAvailability(withPacing(wire, retries, maxPerHost)));
  const credentials = options.credentials ?? (() => Promise.resolve(undefined));
  return withAuth(plain, new Authorizer(plain, credentials));
}

function notARegistry(error: RegistryError): RegistryError {
  const { host, operation, status, serverCode, serverMessage } = error;
  return new RegistryError('REGISTRY_NOT_A_REGISTRY', error.message, {
    host,
    operation,
    status,
    serverCode,
    serverMessage,
    hint: 'check the address: what answers there is not a registry',
  });
}
