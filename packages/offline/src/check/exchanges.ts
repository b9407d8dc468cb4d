/** Everything that was asked while checking, host by host: what a firewall has to let through. */
import type { AskedLogin, ExchangeNote, TlsFacts } from 'oras-js';
import { aheadMs, nearest } from '../server-clock.js';

export type Purpose = 'registry' | 'tokens' | 'blobs';

export interface SeenHost {
  /** As in "https://registry.example.com". */
  readonly origin: string;
  readonly host: string;
  readonly port: number;
  readonly scheme: 'http' | 'https';
  readonly purposes: readonly Purpose[];
  /** Host of the proxy on the way. */
  readonly proxy: string | undefined;
  /** False when no answer ever came. */
  readonly isReached: boolean;
  readonly tls: TlsFacts | undefined;
  /** How far its clock is ahead of ours at least, in milliseconds; negative when it is behind. */
  readonly clockAheadMs: number | undefined;
}

export class Exchanges {
  private readonly now: () => Date;
  private readonly notes: { readonly note: ExchangeNote; readonly atMs: number }[] = [];

  constructor(now: () => Date) {
    this.now = now;
  }

  /** For the client that does the asking. */
  readonly note = (note: ExchangeNote): void => {
    this.notes.push({ note, atMs: this.now().getTime() });
  };

  /** How much was asked so far. */
  get count(): number {
    return this.notes.length;
  }

  /** In the order in which they were met. @param from Looks only at what was asked after so much. */
  hosts(from = 0): readonly SeenHost[] {
    const origins = [
      ...new Set(this.notes.slice(from).map(({ note }) => new URL(note.url).origin)),
    ];
    return origins.map((origin) => this.hostAt(origin));
  }

  /** How this registry wants us to log in. */
  loginsAt(door: string): readonly AskedLogin[] {
    return this.notes.flatMap(({ note: { url, challenge } }) =>
      challenge !== undefined && new URL(url).host === door ? [challenge] : [],
    );
  }

  /** What was asked of the registry itself and of its token service. */
  askedAt(door: string): readonly ExchangeNote[] {
    const realms = new Set(this.loginsAt(door).map(({ realm }) => realm));
    return this.notes
      .map(({ note }) => note)
      .filter(({ url }) => realms.has(url) || new URL(url).host === door);
  }

  private hostAt(origin: string): SeenHost {
    const seen = this.notes.filter(({ note }) => new URL(note.url).origin === origin);
    const { protocol, hostname, port, host } = new URL(origin);
    const scheme = protocol === 'http:' ? 'http' : 'https';
    const last = seen.findLast(({ note }) => note.tls !== undefined)?.note;
    return {
      origin,
      host: port === '' ? host : hostname,
      port: port === '' ? (scheme === 'https' ? 443 : 80) : Number(port),
      scheme,
      purposes: [...new Set(seen.map(({ note }) => this.purposeOf(note)))],
      proxy: seen[0]?.note.proxy,
      isReached: seen.some(({ note }) => note.status !== undefined),
      tls: last?.tls,
      clockAheadMs: nearest(
        seen.map(({ note, atMs }) =>
          note.serverTimeMs === undefined ? undefined : aheadMs(note.serverTimeMs, atMs),
        ),
      ),
    };
  }

  private purposeOf({ url }: ExchangeNote): Purpose {
    if (this.realms().has(url)) return 'tokens';
    return new URL(url).pathname.startsWith('/v2/') ? 'registry' : 'blobs';
  }

  private realms(): ReadonlySet<string> {
    return new Set(this.notes.flatMap(({ note }) => note.challenge?.realm ?? []));
  }
}
