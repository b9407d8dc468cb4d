/** What an encrypted PKCS#8 file may ask for before anything is computed for it. */
import { describe, expect, it } from '@jest/globals';
import { derInteger, derOctetString, derSequence } from './der-writer.js';
import { checkPkcs8Envelope, sealPkcs8 } from './pkcs8-key.js';

const pbes2 = Buffer.from('06092a864886f70d01050d', 'hex');
const pbes1 = Buffer.from('06092a864886f70d010503', 'hex');
const pbkdf2 = Buffer.from('06092a864886f70d01050c', 'hex');

function envelope(rounds: number, scheme = pbes2, kdf = pbkdf2): Buffer {
  const params = derSequence(derOctetString(Buffer.alloc(8)), derInteger(rounds));
  return derSequence(
    derSequence(scheme, derSequence(derSequence(kdf, params))),
    derOctetString(Buffer.alloc(16)),
  );
}

function check(body: Buffer): () => void {
  return () => {
    checkPkcs8Envelope(body, 'bundle.key');
  };
}

describe('bounding an encrypted PKCS#8 key', () => {
  it('takes ten million rounds and not one more', () => {
    expect(check(envelope(10_000_000))).not.toThrow();
    expect(check(envelope(10_000_001))).toThrow(
      expect.objectContaining({
        code: 'KEY_UNSUPPORTED',
        message: expect.stringContaining('found 10000001 rounds'),
      }),
    );
  });

  it.each([
    ['a scheme of before PBES2', envelope(1, pbes1)],
    ['a derivation that is not PBKDF2', envelope(1, pbes2, pbes1)],
  ])('refuses %s', (_name, body) => {
    expect(check(body)).toThrow(expect.objectContaining({ code: 'KEY_UNSUPPORTED' }));
  });

  it('refuses what is not such an envelope, cut anywhere or with bytes after it', async () => {
    const body = await sealPkcs8(Buffer.from('for tests only'), Buffer.from('for tests only'));
    expect(check(body)).not.toThrow();
    for (const size of [0, 1, 2, 10, 40, body.length - 1]) {
      expect(check(body.subarray(0, size))).toThrow(
        expect.objectContaining({ code: 'KEY_INVALID' }),
      );
    }
    expect(check(Buffer.concat([body, Buffer.of(0)]))).toThrow(
      expect.objectContaining({ code: 'KEY_INVALID' }),
    );
  });
});
