/**
 * Connections through a proxy.
 *
 * The libraries below hand a proxy's refusal on as if the registry had said
 * it, name no proxy that cannot be reached, and know no time limit. All of it
 * is mended here.
 */
import { once } from 'node:events';
import type { Agent, AgentOptions } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket, type ConnectionOptions } from 'node:tls';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { noConnection, proxyRefusal } from './proxy-error.js';

/**
 * For http addresses: the proxy is asked for the whole address, over a connection for each request.
 * One common proxy hands on an answer that promises to keep the connection, and closes it: the next
 * request on it would be lost.
 */
export function httpProxyAgent(proxy: URL, ca: string[] | undefined, connectMs: number): Agent {
  const agent = new HttpProxyAgent(proxy, { keepAlive: false });
  if (ca !== undefined) Object.assign(agent.connectOpts, { ca });
  const connect = agent.connect.bind(agent);
  agent.connect = (request, options) =>
    inTime(proxy, connectMs, async (signal) => {
      // Read by the library before its first wait, so each connection has its own signal.
      agent.connectOpts = Object.assign({}, agent.connectOpts, { signal });
      const socket = await connect(request, options);
      // The library does not wait for TLS: what goes wrong with it would be told of the registry.
      if (socket instanceof TLSSocket) await once(socket, 'secureConnect', { signal });
      return socket;
    });
  return agent;
}

interface TunnelOptions {
  readonly pool: AgentOptions;
  /** In the registry at the other end. */
  readonly trust: ConnectionOptions;
  readonly connectMs: number;
}

/** For https addresses: a tunnel, and TLS with the registry inside it. */
export function httpsProxyAgent(
  proxy: URL,
  ca: string[] | undefined,
  { pool, trust, connectMs }: TunnelOptions,
): Agent {
  const agent = new HttpsProxyAgent(proxy, pool);
  // Options of the constructor would go to the proxy; those of the agent go to the registry.
  Object.assign(agent.options, trust);
  if (ca !== undefined) agent.connectOpts.ca = ca;
  const connect = agent.connect.bind(agent);
  agent.connect = (request, options) =>
    inTime(proxy, connectMs, async (signal) => {
      let status = 200;
      request.once('proxyConnect', (answer: { statusCode: number }) => {
        status = answer.statusCode;
      });
      agent.connectOpts = Object.assign({}, agent.connectOpts, { signal });
      const socket = await connect(request, options);
      if (status === 200) return socket;
      socket.destroy();
      throw proxyRefusal(proxy, status);
    });
  return agent;
}

async function inTime(
  proxy: URL,
  connectMs: number,
  connect: (signal: AbortSignal) => Promise<Socket>,
): Promise<Socket> {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort();
  }, connectMs);
  try {
    return await connect(controller.signal);
  } catch (error) {
    throw noConnection(proxy, controller.signal.aborted ? connectMs : error);
  } finally {
    clearTimeout(timer);
  }
}
