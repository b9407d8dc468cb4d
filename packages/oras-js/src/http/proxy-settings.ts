/**
 * Which proxy to ask for which address.
 *
 * Lower-case names win, as in curl. Only http and https proxies are known;
 * another kind is refused rather than silently not used.
 */
import { RegistryError } from '../registry/registry-error.js';
import { bypassesProxy } from './no-proxy.js';
import { resolveUrl } from './resolve-url.js';

/** Which proxy for which scheme. Its own address is http or https. */
export interface ProxySettings {
  /** For https addresses; may hold a user name and a password. */
  readonly httpsProxy?: URL | undefined;
  /** For http addresses. */
  readonly httpProxy?: URL | undefined;
  /** Hosts that are asked directly, as in `NO_PROXY`. Loopback always is. */
  readonly noProxy?: string | undefined;
}

/**
 * Reads `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`.
 *
 * @throws RegistryError `CREDENTIALS_INVALID` for a proxy that cannot be used.
 */
export function proxyFromEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): ProxySettings {
  const all = proxyNamed('ALL_PROXY', env);
  return {
    httpsProxy: proxyNamed('HTTPS_PROXY', env) ?? all,
    httpProxy: proxyNamed('HTTP_PROXY', env) ?? all,
    noProxy: env['no_proxy'] ?? env['NO_PROXY'] ?? '',
  };
}

/** The proxy for `url`, or undefined to ask directly. */
export function proxyFor(url: URL, settings: ProxySettings): URL | undefined {
  const proxy = url.protocol === 'https:' ? settings.httpsProxy : settings.httpProxy;
  if (proxy === undefined || bypassesProxy(url, settings.noProxy ?? '')) return undefined;
  return proxy;
}

function proxyNamed(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): URL | undefined {
  const text = env[name.toLowerCase()] ?? env[name] ?? '';
  if (text === '') return undefined;
  const address = /^[a-z0-9+.-]+:\/\//i.test(text) ? text : `http://${text}`;
  const proxy = resolveUrl(address);
  if (proxy !== undefined && (proxy.protocol === 'http:' || proxy.protocol === 'https:')) {
    return proxy;
  }
  // The value is not repeated: it may hold a password.
  throw new RegistryError(
    'CREDENTIALS_INVALID',
    `expected an http or https address in ${name}, found ${proxy === undefined ? 'something else' : `the scheme "${proxy.protocol.slice(0, 20)}"`}`,
    { hint: `set ${name} to http://host:port, or unset it` },
  );
}
