/** Where a password may be sent to, and where not. */
import { describe, expect, it } from '@jest/globals';
import { checkRealm } from './realm.js';

function check(challenger: string, realm: string): string {
  return checkRealm({ realm, challenger: new URL(challenger), operation: 'reading' }).href;
}

describe('going for a token', () => {
  it('takes https anywhere, a query included, and a relative address', () => {
    expect(check('https://r.test/v2/', 'https://gitlab.test/jwt/auth?x=1')).toBe(
      'https://gitlab.test/jwt/auth?x=1',
    );
    expect(check('https://r.test/v2/', '/service/token')).toBe('https://r.test/service/token');
    expect(check('http://127.0.0.1:5000/v2/', 'http://127.0.0.1:5001/token')).toBe(
      'http://127.0.0.1:5001/token',
    );
  });

  for (const realm of [
    'http://r.test/token',
    'http://auth.test/token',
    'ftp://r.test/token',
    'https://user:secret@r.test/token',
    `https://r.test/${'x'.repeat(3000)}`,
    'https://',
  ]) {
    it(`refuses ${realm.slice(0, 40)} of an https registry`, () => {
      expect(() => check('https://r.test/v2/', realm)).toThrow(
        expect.objectContaining({ code: 'REGISTRY_PROTOCOL' }),
      );
    });
  }
});
