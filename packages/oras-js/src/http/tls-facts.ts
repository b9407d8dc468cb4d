/** What a TLS connection is protected by, in words that can be shown. */
import type { Agent } from 'node:http';
import type { Duplex } from 'node:stream';
import { TLSSocket, type PeerCertificate } from 'node:tls';
import { printable } from '../errors/printable.js';

/** Of one connection; the certificate is the server's own. */
export interface TlsFacts {
  /** As in "TLSv1.3". */
  readonly protocol: string;
  /** Who signed the certificate: its organisation or its name. */
  readonly issuer: string;
  /** When the certificate ends, in milliseconds since 1970. */
  readonly validToMs: number;
  /** False when the certificate was not checked, and would not have been trusted. */
  readonly isTrusted: boolean;
}

type CreateConnection = (...args: unknown[]) => Duplex | null | undefined;
type Connect = (...args: unknown[]) => Promise<Duplex>;

/** Calls `note` for each connection of `agent` on which TLS has come to stand. */
export function noteTls<Noted extends Agent>(agent: Noted, note: (facts: TlsFacts) => void): Noted {
  const target = agent as unknown as { createConnection: CreateConnection; connect?: Connect };
  const { connect } = target;
  if (connect !== undefined) {
    // Agents of proxies make their connections in a promise.
    target.connect = async (...args) => watched(await connect.apply(agent, args), note);
    return agent;
  }
  const create = target.createConnection.bind(agent);
  target.createConnection = (...args) => {
    const socket = create(...args);
    return socket === null || socket === undefined ? socket : watched(socket, note);
  };
  return agent;
}

/** As `noteTls`, for one connection. */
export function watched<Watched extends Duplex>(
  socket: Watched,
  note: (facts: TlsFacts) => void,
): Watched {
  if (!(socket instanceof TLSSocket)) return socket;
  socket.once('secureConnect', () => {
    const facts = tlsFacts(socket);
    if (facts !== undefined) note(facts);
  });
  return socket;
}

/** Undefined for a session that is resumed: its certificate was shown on an earlier connection. */
function tlsFacts(socket: TLSSocket): TlsFacts | undefined {
  const { issuer, valid_to } = socket.getPeerCertificate() as Partial<PeerCertificate>;
  if (issuer === undefined || valid_to === undefined) return undefined;
  const { O, CN } = issuer as Partial<typeof issuer>;
  return {
    protocol: socket.getProtocol() ?? 'unknown',
    issuer: printable([O ?? CN ?? 'nobody'].flat().join(' '), 100),
    validToMs: Date.parse(valid_to),
    isTrusted: socket.authorized,
  };
}
