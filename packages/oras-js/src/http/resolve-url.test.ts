import { describe, expect, it } from '@jest/globals';
import { resolveUrl } from './resolve-url.js';

const base = new URL('https://registry.example.com/v2/team/app/blobs/uploads/');

describe('resolving an address that a server wrote', () => {
  it.each([
    ['/v2/x', 'https://registry.example.com/v2/x'],
    ['1?state=a', 'https://registry.example.com/v2/team/app/blobs/uploads/1?state=a'],
    ['//other.example.com/x', 'https://other.example.com/x'],
    ['http://other.example.com:5000', 'http://other.example.com:5000/'],
  ])('sees %s from where it was read', (text, address) => {
    expect(resolveUrl(text, base)?.href).toBe(address);
  });

  it.each(['https://', '//a:99999/', '//[/', '//%/'])('says that %s is none', (text) => {
    expect(resolveUrl(text, base)).toBeUndefined();
  });

  it('says so of bytes above ASCII however often it was asked', () => {
    const notHost = '//\u00c6\u0080';
    const answers = new Set(Array.from({ length: 50_000 }, () => resolveUrl(notHost, base)));
    expect([...answers]).toEqual([undefined]);
  });
});
