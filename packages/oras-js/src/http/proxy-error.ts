/**
 * What goes wrong with a proxy, in errors that name it.
 *
 * Their codes are told from those of the registry behind it; a user name or
 * password in the proxy's address is never repeated.
 */

const tlsTrouble = /CERT|SIGNED|ISSUER|INVALID_CA|^ERR_SSL_|^ERR_TLS_|^EPROTO$/;

/** @param reason Milliseconds that were waited in vain, or what the connection to the proxy threw. */
export function noConnection(proxy: URL, reason: unknown): unknown {
  if (typeof reason === 'number') {
    const found = `the proxy ${proxy.host} brought about no connection within ${reason} ms`;
    return coded('ERR_PROXY_TIMEOUT', found);
  }
  const { code = '', message } = reason as NodeJS.ErrnoException;
  if (code.startsWith('ERR_PROXY_')) return reason;
  return tlsTrouble.test(code)
    ? coded('ERR_PROXY_TLS', `no trusted TLS with the proxy ${proxy.host}: ${message}`)
    : coded('ERR_PROXY_UNREACHABLE', `the proxy ${proxy.host} cannot be reached: ${message}`);
}

/** @param status Of its answer to CONNECT. */
export function proxyRefusal(proxy: URL, status: number): Error {
  const found = `the proxy ${proxy.host} answered ${status}`;
  // Some say 401 where they do not know an account, and 407 only where there is none.
  // Either way it is the account of the proxy that is missing or wrong, not that of the registry.
  if (status === 407 || status === 401) {
    return coded('ERR_PROXY_AUTH', `${found}: it wants a login that it knows`);
  }
  // Proxies say 5xx when the host behind them cannot be reached now.
  return coded(status >= 500 ? 'ERR_PROXY_BUSY' : 'ERR_PROXY_REFUSED', `${found} to CONNECT`);
}

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
