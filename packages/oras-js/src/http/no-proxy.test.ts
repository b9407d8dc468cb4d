/** NO_PROXY as people write it. */
import { describe, expect, it } from '@jest/globals';
import { bypassesProxy } from './no-proxy.js';
import { proxyFor, proxyFromEnvironment } from './proxy-settings.js';

describe('asking a host directly', () => {
  for (const [rule, url, expected] of [
    ['example.com', 'https://example.com/', true],
    ['example.com', 'https://a.example.com/', true],
    ['example.com', 'https://badexample.com/', false],
    ['.example.com', 'https://a.example.com/', true],
    ['.example.com', 'https://example.com/', false],
    ['*.example.com', 'https://a.b.example.com/', true],
    ['EXAMPLE.com', 'https://Example.COM/', true],
    ['example.com:5000', 'https://example.com:5000/', true],
    ['example.com:5000', 'https://example.com/', false],
    ['example.com:443', 'https://example.com/', true],
    ['10.0.0.0/8', 'https://10.1.2.3/', true],
    ['10.0.0.0/8', 'https://11.1.2.3/', false],
    ['10.1.2.3', 'http://10.1.2.3:5000/', true],
    ['10.0.0.0/33', 'https://10.1.2.3/', false],
    ['10.0.0.0/x', 'https://10.1.2.3/', false],
    ['fd00::/8', 'https://[fd00::1]/', true],
    ['fd00::1', 'https://[fd00::1]:5000/', true],
    ['[fd00::1]:5000', 'https://[fd00::1]:5000/', true],
    ['*', 'https://anything.test/', true],
    ['a.test, b.test', 'https://b.test/', true],
    ['', 'https://a.test/', false],
    ['', 'http://localhost:5000/', true],
    ['', 'http://127.8.8.8/', true],
    ['', 'http://[::1]:5000/', true],
    ['', 'http://127.0.0.1.evil.test/', false],
  ] as const) {
    it(`${expected ? 'does' : 'does not do'} so for ${url} with ${JSON.stringify(rule)}`, () => {
      expect(bypassesProxy(new URL(url), rule)).toBe(expected);
    });
  }
});

describe('reading the proxy from the environment', () => {
  const https = new URL('https://r.test/');
  const http = new URL('http://r.test/');

  it('knows one for each scheme, one for all, and lower case first', () => {
    const settings = proxyFromEnvironment({
      HTTPS_PROXY: 'http://upper:1',
      https_proxy: 'lower:2',
      ALL_PROXY: 'http://all:3',
    });
    expect(proxyFor(https, settings)?.host).toBe('lower:2');
    expect(proxyFor(http, settings)?.host).toBe('all:3');
  });

  it('asks directly without one, and where NO_PROXY says so', () => {
    expect(proxyFor(https, proxyFromEnvironment({}))).toBeUndefined();
    expect(
      proxyFor(https, proxyFromEnvironment({ HTTPS_PROXY: 'http://p:1', NO_PROXY: 'r.test' })),
    ).toBeUndefined();
  });

  it('refuses what is no address, however often it was asked', () => {
    const codes = Array.from({ length: 50_000 }, () => {
      try {
        return proxyFromEnvironment({ HTTPS_PROXY: '\u00c6\u0080' });
      } catch (error) {
        return (error as { code?: string }).code;
      }
    });
    expect([...new Set(codes)]).toEqual(['CREDENTIALS_INVALID']);
  });

  it('refuses a kind it does not know, without repeating a password', () => {
    const read = () => proxyFromEnvironment({ HTTPS_PROXY: 'socks5://user:secret@p:1' });
    expect(read).toThrow(/HTTPS_PROXY.*socks5/);
    expect(read).not.toThrow(/secret/);
  });
});
