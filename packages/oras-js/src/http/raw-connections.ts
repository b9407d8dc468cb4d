/** Connections past the HTTP library, kept open for each scheme, host and port. */
import { LargeExchange, type LargeAnswer } from './large-exchange.js';
export type { LargeAnswer };
import type { RawConnection } from './raw-connection.js';

export interface LargeRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Of those that nobody uses, for each origin. */
const maxIdle = 16;
const visible = /^[\t\x20-\x7e\x80-\xff]*$/;

export class RawConnections {
  private readonly connect: (url: URL) => RawConnection;
  private readonly idle = new Map<string, RawConnection[]>();
  private readonly inUse = new Set<RawConnection>();
  /** Origins whose answers are for the HTTP library to read. */
  private readonly unsuited = new Set<string>();

  constructor(connect: (url: URL) => RawConnection) {
    this.connect = connect;
  }

  /** Asks by GET. @returns Undefined when the HTTP library has to be asked. */
  async ask(request: LargeRequest): Promise<LargeAnswer | undefined> {
    const { origin } = request.url;
    const head = requestHead(request);
    if (head === undefined || this.unsuited.has(origin)) return undefined;
    for (;;) {
      const kept = this.takeIdle(origin);
      const connection = kept ?? this.connect(request.url);
      this.inUse.add(connection);
      const exchange = new LargeExchange(connection, (isKept) => {
        this.inUse.delete(connection);
        if (isKept) this.keep(origin, connection);
        else connection.close();
      });
      try {
        const answer = await exchange.ask(head, request.signal);
        if (answer === undefined) this.unsuited.add(origin);
        return answer;
      } catch (error) {
        // A server may close what it kept open just when we ask: nothing was asked of it then.
        const mayAskAgain = kept !== undefined && !exchange.hasAnswered && !request.signal.aborted;
        if (!mayAskAgain) throw error;
      }
    }
  }

  close(): void {
    for (const connection of [...this.inUse, ...[...this.idle.values()].flat()]) connection.close();
    this.idle.clear();
    this.inUse.clear();
  }

  private takeIdle(origin: string): RawConnection | undefined {
    const idle = (this.idle.get(origin) ?? []).filter(({ isUsable }) => isUsable);
    const taken = idle.pop();
    this.idle.set(origin, idle);
    return taken;
  }

  private keep(origin: string, connection: RawConnection): void {
    const idle = this.idle.get(origin) ?? [];
    if (idle.length >= maxIdle) {
      connection.close();
      return;
    }
    connection.release();
    this.idle.set(origin, [...idle, connection]);
  }
}

/** @returns Undefined for headers that must not be sent: the HTTP library says so in its own words. */
function requestHead({ url, headers }: LargeRequest): string | undefined {
  const all = { Host: url.host, Connection: 'keep-alive', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  if (!lines.every((line) => visible.test(line))) return undefined;
  return [`GET ${url.pathname}${url.search} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}
