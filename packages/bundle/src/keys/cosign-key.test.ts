/** The key file of cosign as an attacker or an older cosign could have written it. */
import { secretbox } from '@noble/ciphers/salsa.js';
import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync, scryptSync } from 'node:crypto';
import { openCosignBox, parseCosignBox, sealCosignKey } from './cosign-key.js';
import { formatPem } from './pem.js';
import { parsePrivateKey } from './private-key.js';

const passphrase = Buffer.from('for tests only');
const salt = Buffer.alloc(32, 1).toString('base64');
const nonce = Buffer.alloc(24, 2).toString('base64');
const box = {
  kdf: { name: 'scrypt', params: { N: 32768, r: 8, p: 1 }, salt },
  cipher: { name: 'nacl/secretbox', nonce },
  ciphertext: 'AAAA',
};

function parse(changed: object): () => unknown {
  return () => parseCosignBox(Buffer.from(JSON.stringify({ ...box, ...changed })), 'bundle.key');
}

function withParams(N: number, r = 8, p = 1): object {
  return { kdf: { ...box.kdf, params: { N, r, p } } };
}

describe('reading the key file of cosign', () => {
  it('takes the form of before cosign 2: another label and half the rounds', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = scryptSync(passphrase, Buffer.alloc(32, 1), 32, {
      ...{ N: 32768, r: 8, p: 1 },
      maxmem: 64 * 1024 * 1024,
    });
    const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' });
    const ciphertext = Buffer.from(secretbox(key, Buffer.alloc(24, 2)).seal(pkcs8));
    const body = JSON.stringify({ ...box, ciphertext: ciphertext.toString('base64') });
    const pem = formatPem('ENCRYPTED COSIGN PRIVATE KEY', Buffer.from(body));

    const read = await parsePrivateKey(pem, 'old.key', async () => passphrase.toString());

    expect((await read.open()).equals(privateKey)).toBe(true);
  });

  it.each([
    ['memory of 128 GiB', withParams(2 ** 27)],
    ['larger blocks', withParams(65536, 1024)],
    ['more lanes', withParams(65536, 8, 1024)],
    ['too few rounds', withParams(2)],
    ['none', withParams(0)],
  ])('refuses a file that asks for %s', (_name, changed) => {
    expect(parse(changed)).toThrow(expect.objectContaining({ code: 'KEY_UNSUPPORTED' }));
  });

  it.each([
    ['an unknown field', { more: 1 }],
    ['another derivation', { kdf: { ...box.kdf, name: 'pbkdf2' } }],
    ['another cipher', { cipher: { ...box.cipher, name: 'aes' } }],
    ['a short salt', { kdf: { ...box.kdf, salt: 'AAAA' } }],
    ['a short nonce', { cipher: { ...box.cipher, nonce: 'AAAA' } }],
    ['base64 that is not canonical', { ciphertext: 'AAB=' }],
    ['no ciphertext', { ciphertext: undefined }],
    ['a negative number', withParams(-1)],
  ])('refuses %s', (_name, changed) => {
    expect(parse(changed)).toThrow(expect.objectContaining({ code: 'KEY_INVALID' }));
  });

  it('opens nothing when one bit was changed', async () => {
    const secret = Buffer.from('for tests only: a key');
    const sealed = parseCosignBox(await sealCosignKey(secret, passphrase), 'bundle.key');
    expect(await openCosignBox(sealed, passphrase)).toEqual(secret);

    sealed.ciphertext.writeUInt8((sealed.ciphertext[20] ?? 0) ^ 1, 20);
    expect(await openCosignBox(sealed, passphrase)).toBeUndefined();
  });

  it('opens nothing in a box that is too short to be one', async () => {
    const short = { ...parseCosignBox(Buffer.from(JSON.stringify(box)), 'bundle.key') };
    expect(await openCosignBox(short, passphrase)).toBeUndefined();
  });
});
