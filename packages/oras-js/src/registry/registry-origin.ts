/**
 * The address of a registry's API: https, unless plain http was allowed.
 *
 * A registry on this very computer is tried with TLS first and used without it
 * only when it does not speak TLS. For every other host a failing TLS
 * connection stays a failure: it must not turn into one without protection.
 */
import * as tls from 'node:tls';
import { SingleFlight } from '../async/single-flight.js';
import { untilAborted } from '../async/until-aborted.js';
import type { CallOptions } from '../content/target.js';
import { matchesHost } from '../http/host-list.js';
import { isLoopback } from '../http/no-proxy.js';
import { proxyFor, type ProxySettings } from '../http/proxy-settings.js';

export class RegistryOrigins {
  private readonly plainHttp: readonly string[];
  private readonly proxy: ProxySettings;
  private readonly connectMs: number;
  private readonly known = new Map<string, string>();
  private readonly flights = new SingleFlight<string>();

  constructor(plainHttp: readonly string[], proxy: ProxySettings, connectMs: number) {
    this.plainHttp = plainHttp;
    this.proxy = proxy;
    this.connectMs = connectMs;
  }

  /** @returns As in `URL.origin`. */
  async originOf(registry: string, options: CallOptions = {}): Promise<string> {
    const known = this.known.get(registry);
    if (known !== undefined) return known;
    const origin = await this.flights.run(
      registry,
      (call) => this.findOut(registry, call),
      options,
    );
    this.known.set(registry, origin);
    return origin;
  }

  private async findOut(registry: string, { signal }: Required<CallOptions>): Promise<string> {
    const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
    const secure = new URL(`https://${host}`);
    const plain = new URL(`http://${host}`);
    const named = this.plainHttp.filter((entry) => entry !== '*');
    if (matchesHost(plain, named)) return plain.origin;
    const mayBePlain = isLoopback(secure.hostname) || this.plainHttp.includes('*');
    // Behind a proxy nothing can be found out this way.
    if (!mayBePlain || proxyFor(secure, this.proxy) !== undefined) return secure.origin;
    const speaks = await untilAborted(speaksTls(secure, this.connectMs), signal);
    return speaks ? secure.origin : plain.origin;
  }
}

/** True also when nobody answers: the request itself then reports that. */
function speaksTls(url: URL, connectMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = tls.connect({
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port === '' ? 443 : Number(url.port),
      ...(/^[0-9.]+$|^\[/.test(url.hostname) ? {} : { servername: url.hostname }),
      // Nothing is sent over this connection; whom to trust is decided for the real one. Reading the
      // certificates of all public authorities would take longer than everything else up to the first request.
      rejectUnauthorized: false,
      ca: [],
    });
    const settle = (speaks: boolean): void => {
      socket.destroy();
      resolve(speaks);
    };
    socket.setTimeout(connectMs, () => {
      settle(true);
    });
    socket.once('secureConnect', () => {
      settle(true);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      settle(meansTlsOrNothing(error.code ?? '', url.port));
    });
    socket.once('end', () => {
      settle(false);
    });
  });
}

function meansTlsOrNothing(code: string, port: string): boolean {
  // Without a port, https and http are two different ports: nothing on 443 may still be http on 80.
  if (code === 'ECONNREFUSED') return port !== '';
  // An alert is TLS: the server just wants more than this probe offers, a client certificate for example.
  return code.includes('ALERT') || code === 'ENOTFOUND' || code === 'EAI_AGAIN';
}
