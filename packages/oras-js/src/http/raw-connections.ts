/** Connections past the HTTP library, kept open for each scheme, host and port. */
import type { RawConnection } from './raw-connection.js';
import { RawExchange, type RawAnswer } from './raw-exchange.js';
import type { Method } from './send.js';

export interface RawRequest {
  readonly method: Method;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Whole; its length is among the headers. */
  readonly body?: Buffer | undefined;
  /** Of a blob: those are often answered by others than manifests. */
  readonly lendChunks?: boolean;
  readonly signal: AbortSignal;
}

/** Of those that nobody uses, for each origin. */
const maxIdle = 16;
const visible = /^[\t\x20-\x7e\x80-\xff]*$/;

interface Idle {
  readonly connection: RawConnection;
  /** By the clock of `performance`; after that the server may close it at any moment. */
  readonly untilMs: number;
}

export class RawConnections {
  private readonly connect: (url: URL) => RawConnection;
  private readonly idle = new Map<string, Idle[]>();
  private readonly inUse = new Set<RawConnection>();
  /** Origins, each with the kind of question whose answers are for the HTTP library to read. */
  private readonly unsuited = new Set<string>();

  constructor(connect: (url: URL) => RawConnection) {
    this.connect = connect;
  }

  /**
   * Rejects as the connection does; with the code ECONNRESET also when what may have been done has an answer
   * of a form that is not read here.
   *
   * @returns Undefined when the HTTP library has to be asked.
   */
  async ask(request: RawRequest): Promise<RawAnswer | undefined> {
    const { origin } = request.url;
    const bytes = requestBytes(request);
    const kind = `${request.method} ${request.lendChunks === true ? 'blob' : ''} ${origin}`;
    if (bytes === undefined || this.unsuited.has(kind)) return undefined;
    for (;;) {
      const kept = this.takeIdle(origin);
      const connection = kept ?? this.connect(request.url);
      this.inUse.add(connection);
      const exchange = new RawExchange(connection, (keptMs) => {
        this.inUse.delete(connection);
        if (keptMs > 0) this.keep(origin, connection, keptMs);
        else connection.close();
      });
      try {
        const answer = await exchange.ask(request.method, bytes, request.signal);
        if (answer !== undefined) return answer;
        if (!request.signal.aborted) this.unsuited.add(kind);
        // It may have been done: whether to do it again is for those to decide who repeat requests.
        if (!isSafe(request.method) && !exchange.wasRefused) throw unreadable();
        return undefined;
      } catch (error) {
        // A server may close what it kept open just when we ask: nothing was asked of it then.
        const isUnanswered = kept !== undefined && !exchange.hasAnswered;
        if (!isUnanswered || !isSafe(request.method) || request.signal.aborted) throw error;
      }
    }
  }

  close(): void {
    for (const { connection } of [...this.idle.values()].flat()) connection.close();
    for (const connection of this.inUse) connection.close();
    this.idle.clear();
    this.inUse.clear();
  }

  private takeIdle(origin: string): RawConnection | undefined {
    const now = performance.now();
    const idle = (this.idle.get(origin) ?? []).filter(({ connection, untilMs }) => {
      if (connection.isUsable && untilMs <= now) connection.close();
      return connection.isUsable;
    });
    const taken = idle.pop();
    this.idle.set(origin, idle);
    return taken?.connection;
  }

  private keep(origin: string, connection: RawConnection, keptMs: number): void {
    const idle = this.idle.get(origin) ?? [];
    if (idle.length >= maxIdle) {
      connection.close();
      return;
    }
    connection.release();
    this.idle.set(origin, [...idle, { connection, untilMs: performance.now() + keptMs }]);
  }
}

/** @returns Undefined for headers that must not be sent: the HTTP library says so in its own words. */
function requestBytes({ method, url, headers, body }: RawRequest): string | Buffer | undefined {
  const all = { Host: url.host, Connection: 'keep-alive', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  if (!lines.every((line) => visible.test(line))) return undefined;
  const head = [`${method} ${url.pathname}${url.search} HTTP/1.1`, ...lines, '', ''].join('\r\n');
  return body === undefined ? head : Buffer.concat([Buffer.from(head, 'latin1'), body]);
}

function unreadable(): Error {
  const error = new Error('the answer has an unusual form');
  return Object.assign(error, { code: 'ECONNRESET' });
}

/** What changes nothing on the server can be asked twice. */
function isSafe(method: Method): boolean {
  return method === 'GET' || method === 'HEAD';
}
