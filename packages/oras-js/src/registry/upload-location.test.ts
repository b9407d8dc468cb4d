/** Upload addresses as registries and the proxies before them write them. */
import { describe, expect, it } from '@jest/globals';
import type { HttpResponse } from '../http/send.js';
import { uploadLocation, withDigest } from './upload-location.js';

function locate(base: string, location: string | null): string {
  const url = new URL(base);
  const headers = { get: (name: string) => (name === 'location' ? location : null) };
  const response = { url, headers } as unknown as HttpResponse;
  return uploadLocation({ method: 'POST', url, operation: 'sending a blob' }, response).href;
}

const base = 'https://registry.test:8443/v2/app/blobs/uploads/';

describe('finding the address of an upload', () => {
  for (const [how, location, expected] of [
    [
      'relative',
      '/v2/app/blobs/uploads/1?_state=x',
      'https://registry.test:8443/v2/app/blobs/uploads/1?_state=x',
    ],
    ['relative to the request', '1', 'https://registry.test:8443/v2/app/blobs/uploads/1'],
    ['absolute', 'https://registry.test:8443/u/1', 'https://registry.test:8443/u/1'],
    ['on another host', 'https://storage.test/u/1', 'https://storage.test/u/1'],
    ['without a scheme', 'registry.test:8443/u/1', 'https://registry.test:8443/u/1'],
    ['with a lost port', 'https://registry.test/u/1?a=b', 'https://registry.test:8443/u/1?a=b'],
    ['with a lost scheme', 'http://registry.test:8443/u/1', 'https://registry.test:8443/u/1'],
  ] as const) {
    it(`takes one that is ${how}`, () => {
      expect(locate(base, location)).toBe(expected);
    });
  }

  for (const [how, location] of [
    ['is missing', null],
    ['is empty', ''],
    ['leads to plain http elsewhere', 'http://storage.test/u/1'],
    ['names a user', 'https://user:secret@registry.test:8443/u/1'],
    ['is no address', 'https://'],
    ['is of another kind', 'file:///etc/passwd'],
  ] as const) {
    it(`refuses one that ${how}`, () => {
      expect(() => locate(base, location)).toThrow(
        expect.objectContaining({ code: 'REGISTRY_PROTOCOL' }),
      );
    });
  }

  it('adds the digest once and keeps the rest of the query', () => {
    const url = withDigest(new URL('https://r.test/u?_state=a%2Bb&digest=old'), 'sha256:ab');
    expect(url.searchParams.getAll('digest')).toEqual(['sha256:ab']);
    expect(url.search).toContain('_state=a%2Bb');
  });
});
