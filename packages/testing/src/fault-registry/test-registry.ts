/**
 * A registry for tests, described in words: what it holds, and what it does
 * wrong with it.
 *
 * Behind the faults is the real embedded registry over memory. Disposing it
 * waits for its connections; one that a client left open fails the test.
 */
import {
  openRegistry,
  registryListener,
  startHttpServer,
  type HttpServer,
  type OpenedRegistry,
} from '@sallyport/registry';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { digestOf, MemoryStore, type Descriptor } from 'oras-js';
import { opening } from '../tiny-image.js';
import { nextFault, type Fault } from './fault.js';
import { FaultWords } from './fault-words.js';
import { basicGate, type Gate } from './gate.js';
import { TokenGate, type TokenGateOptions } from './token-gate.js';

export interface LoggedRequest {
  readonly method: string;
  /** With its query, as it came. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** 0 until the answer has begun. */
  readonly status: number;
}

export class TestRegistry extends FaultWords implements AsyncDisposable {
  private server: HttpServer | undefined;
  private readonly opened: OpenedRegistry;
  private readonly log: { request: IncomingMessage; response: ServerResponse }[] = [];
  private gate: Gate | undefined;
  private stored: Promise<unknown> = Promise.resolve();

  private constructor(store: MemoryStore, opened: OpenedRegistry) {
    super(store);
    this.opened = opened;
  }

  static async start(store: MemoryStore): Promise<TestRegistry> {
    const opened = await openRegistry({ store });
    const registry = new TestRegistry(store, opened);
    const answerRight = registryListener(opened.registry, {});
    registry.server = await startHttpServer((request, response, mustSayContinue) =>
      registry.answer(request, response, () => answerRight(request, response, mustSayContinue)),
    );
    return registry;
  }

  /** `http://127.0.0.1:5000` */
  get url(): string {
    return this.server?.url ?? '';
  }

  /** `127.0.0.1:5000`: what stands before the repository in an image name. */
  get host(): string {
    return this.server?.host ?? '';
  }

  /** In the order of arrival. */
  get requests(): readonly LoggedRequest[] {
    return this.log.map(({ request, response }) => ({
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      status: response.headersSent ? response.statusCode : 0,
    }));
  }

  /** Content that is there from now on, in every repository. */
  holds(content: string | Uint8Array, mediaType = 'application/octet-stream'): Descriptor {
    const bytes = Buffer.from(content);
    const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
    this.stored = Promise.all([this.stored, this.store.push(descriptor, opening(bytes))]);
    return descriptor;
  }

  requiresBasic(user: string, password: string): void {
    this.gate = basicGate({ user, password });
  }

  /** The token server is on the same port, at `/token`. Returns what makes its tokens expire at once. */
  requiresToken(options: TokenGateOptions = {}): TokenGate {
    const gate = new TokenGate(options);
    this.gate = gate;
    return gate;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const isOrderly = await this.server?.close();
    await this.opened.close();
    if (isOrderly === false) {
      throw new Error('expected every answer to be read or given up, found connections left open');
    }
  }

  private async answer(
    request: IncomingMessage,
    response: ServerResponse,
    answerRight: () => Promise<void>,
  ): Promise<void> {
    this.log.push({ request, response });
    await this.stored;
    if (this.gate !== undefined && !(await this.gate.admits(request, response))) return;
    // Several faults can happen to one request, until one of them has answered it.
    let left: readonly Fault[] = this.faults;
    for (let next = await nextFault(left, request); next; next = await nextFault(left, request)) {
      if (await next.happen(request, response)) return;
      left = left.slice(left.indexOf(next) + 1);
    }
    await answerRight();
  }
}

/** An empty registry on a free loopback port. */
export async function startRegistry(store = new MemoryStore()): Promise<TestRegistry> {
  return await TestRegistry.start(store);
}
