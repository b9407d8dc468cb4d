/**
 * Connections through a proxy.
 *
 * The libraries below hand a proxy's refusal on as if the registry had said
 * it, and know no time limit. Both are mended here.
 */
import type { Agent, AgentOptions } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { connectTimeout } from './limit-connect-time.js';

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
    inTime(connectMs, (signal) => {
      // Read by the library before its first wait, so each connection has its own signal.
      agent.connectOpts = Object.assign({}, agent.connectOpts, { signal });
      return connect(request, options);
    });
  return agent;
}

/** For https addresses: a tunnel, and TLS with the registry inside it. */
export function httpsProxyAgent(
  proxy: URL,
  pool: AgentOptions,
  trust: ConnectionOptions,
  connectMs: number,
): Agent {
  const agent = new HttpsProxyAgent(proxy, pool);
  // Options of the constructor would go to the proxy; those of the agent go to the registry.
  Object.assign(agent.options, trust);
  if (trust.ca !== undefined) agent.connectOpts.ca = trust.ca;
  const connect = agent.connect.bind(agent);
  agent.connect = (request, options) =>
    inTime(connectMs, async (signal) => {
      let status = 200;
      request.once('proxyConnect', (answer: { statusCode: number }) => {
        status = answer.statusCode;
      });
      agent.connectOpts = Object.assign({}, agent.connectOpts, { signal });
      const socket = await connect(request, options);
      if (status !== 200) throw refusedBy(proxy, status, socket);
      return socket;
    });
  return agent;
}

async function inTime(
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
    throw controller.signal.aborted ? connectTimeout(connectMs) : error;
  } finally {
    clearTimeout(timer);
  }
}

/** The account of the proxy is missing or wrong, not that of the registry. */
function proxyWantsLogin(proxy: URL, status: number): Error {
  const error = new Error(
    `the proxy ${proxy.host} answered ${status}: it wants a login that it knows`,
  );
  return Object.assign(error, { code: 'ERR_PROXY_AUTH' });
}

function refusedBy(proxy: URL, status: number, socket: Socket): Error {
  socket.destroy();
  // Some say 401 where they do not know an account, and 407 only where there is none.
  if (status === 407 || status === 401) return proxyWantsLogin(proxy, status);
  // Proxies say 5xx when the host behind them cannot be reached now.
  const code = status >= 500 ? 'ERR_PROXY_BUSY' : 'ERR_PROXY_REFUSED';
  const error = new Error(`the proxy ${proxy.host} answered ${status} to CONNECT`);
  return Object.assign(error, { code });
}
