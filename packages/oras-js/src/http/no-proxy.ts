/**
 * Which hosts are asked directly although there is a proxy.
 *
 * The rules are those that container tools share: a name covers itself and its
 * subdomains, a leading dot only the subdomains, a port narrows it, addresses
 * and networks in CIDR form match addresses, `*` matches all. Loopback is never
 * asked through a proxy: the proxy's loopback is another computer.
 */
import { BlockList, isIP } from 'node:net';

/** @param noProxy As in `NO_PROXY`: separated by commas or white space. */
export function bypassesProxy(url: URL, noProxy: string): boolean {
  const host = bareHost(url.hostname);
  if (isLoopback(host)) return true;
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return noProxy
    .split(/[\s,]+/)
    .filter((rule) => rule !== '')
    .some((rule) => covers(rule.toLowerCase(), host, port));
}

/** `localhost`, its subdomains, 127.0.0.0/8 and ::1. */
export function isLoopback(host: string): boolean {
  const name = bareHost(host);
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '::1' ||
    (isIP(name) === 4 && name.startsWith('127.'))
  );
}

function covers(rule: string, host: string, port: string): boolean {
  if (rule === '*') return true;
  if (rule.includes('/')) return isInNetwork(rule, host);
  const { name, rulePort } = splitPort(rule);
  if (rulePort !== undefined && rulePort !== port) return false;
  if (isIP(name) !== 0) return isInNetwork(`${name}/${isIP(name) === 4 ? 32 : 128}`, host);
  if (name.startsWith('*.')) return host.endsWith(name.slice(1));
  if (name.startsWith('.')) return host.endsWith(name);
  return host === name || host.endsWith(`.${name}`);
}

function isInNetwork(rule: string, host: string): boolean {
  const slash = rule.indexOf('/');
  const network = bareHost(rule.slice(0, slash));
  const prefix = Number(rule.slice(slash + 1));
  const family = isIP(network);
  if (family === 0 || isIP(host) !== family) return false;
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(network, prefix, type);
  return list.check(host, type);
}

function splitPort(rule: string): { name: string; rulePort: string | undefined } {
  // A bare IPv6 address is full of colons, none of which starts a port.
  if (isIP(rule) === 6) return { name: rule, rulePort: undefined };
  const match = /^(.*):([0-9]+)$/.exec(rule);
  return { name: bareHost(match?.[1] ?? rule), rulePort: match?.[2] };
}

function bareHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}
