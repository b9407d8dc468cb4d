/** New keys, held against openssl: another program has to see the same key in them. */
import { describe, expect, it } from '@jest/globals';
import { describeWith, runProgram, tempDir } from '@sallyport/testing';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateKeyPair, type KeyPairRequest } from './generate-key-pair.js';
import { parsePem } from './pem.js';
import { parsePrivateKey } from './private-key.js';
import { parsePublicKey } from './public-key.js';

const passphrase = 'for tests only: Grüße';
const requests: readonly KeyPairRequest[] = [
  { format: 'cosign', passphrase },
  { format: 'pkcs8', passphrase },
  { format: 'plain-pkcs8' },
];

describe('making a key pair', () => {
  it.each(requests)('gives two halves of one key, in the form $format', async (request) => {
    const pair = await generateKeyPair(request);

    const read = await parsePrivateKey(pair.privateKeyPem, 'new.key', async () =>
      'passphrase' in request ? request.passphrase : undefined,
    );
    const { fingerprint, key: publicKey } = parsePublicKey(pair.publicKeyPem, 'new.pub');
    const { x, y } = publicKey.export({ format: 'jwk' });
    expect((await read.open()).export({ format: 'jwk' })).toMatchObject({ x, y });
    expect(pair.fingerprint).toBe(fingerprint);
    expect(read.isEncrypted).toBe(request.format !== 'plain-pkcs8');
  });

  it('writes the JSON of cosign with its settings', async () => {
    const { privateKeyPem } = await generateKeyPair({ format: 'cosign', passphrase });

    const { label, body } = parsePem(privateKeyPem, 'new.key');
    expect(label).toBe('ENCRYPTED SIGSTORE PRIVATE KEY');
    expect(body.toString()).toMatch(
      /^\{"kdf":\{"name":"scrypt","params":\{"N":65536,"r":8,"p":1\},"salt":"[^"]{44}"\},"cipher":\{"name":"nacl\/secretbox","nonce":"[^"]{32}"\},"ciphertext":"[^"]+"\}$/,
    );
  });

  it('uses each salt and nonce once', async () => {
    const [one, other] = await Promise.all(
      [1, 2].map(() => generateKeyPair({ format: 'cosign', passphrase })),
    );

    const drawn = [one, other].map((pair) => {
      const { body } = parsePem(pair?.privateKeyPem ?? '', 'new.key');
      return /"salt":"([^"]+)".*"nonce":"([^"]+)"/.exec(body.toString())?.slice(1);
    });
    expect(new Set(drawn.flat()).size).toBe(4);
  });

  it.each(['cosign', 'pkcs8'] as const)('refuses an empty passphrase for %s', async (format) => {
    await expect(generateKeyPair({ format, passphrase: '' })).rejects.toMatchObject({
      code: 'KEY_PASSPHRASE_UNUSABLE',
    });
  });

  it('refuses a passphrase that openssl could not take', async () => {
    const long = 'ü'.repeat(513);
    await expect(generateKeyPair({ format: 'pkcs8', passphrase: long })).rejects.toMatchObject({
      code: 'KEY_PASSPHRASE_UNUSABLE',
    });
  });
});

describeWith(['openssl'], 'giving a new key to openssl', () => {
  it('lets it read encrypted PKCS#8 and see the same public key', async () => {
    await using dir = await tempDir();
    const pair = await generateKeyPair({ format: 'pkcs8', passphrase });
    await writeFile(join(dir.path, 'new.key'), pair.privateKeyPem);
    await writeFile(join(dir.path, 'passphrase'), passphrase);

    const read = await runProgram(
      'openssl',
      ['pkey', '-in', 'new.key', '-passin', 'file:passphrase', '-pubout'],
      { cwd: dir.path },
    );

    expect(read).toMatchObject({ code: 0, stdout: pair.publicKeyPem });
  });

  it('asks 600 000 rounds of whoever guesses', async () => {
    const { privateKeyPem } = await generateKeyPair({ format: 'pkcs8', passphrase });

    const { stdout } = await runProgram('openssl', ['asn1parse'], { input: privateKeyPem });

    // 600 000 in hex.
    expect(stdout).toMatch(/:PBES2\n[^]*:PBKDF2\n[^]*INTEGER\s+:0927C0\n[^]*:hmacWithSHA256\n/);
    expect(stdout).toMatch(/:aes-256-cbc\n/);
  });

  it('lets it read plain PKCS#8', async () => {
    const pair = await generateKeyPair({ format: 'plain-pkcs8' });

    const read = await runProgram('openssl', ['pkey', '-pubout'], { input: pair.privateKeyPem });

    expect(read).toMatchObject({ code: 0, stdout: pair.publicKeyPem });
  });

  it('has the fingerprint that openssl and sha256sum print', async () => {
    await using dir = await tempDir();
    const pair = await generateKeyPair({ format: 'plain-pkcs8' });
    const der = join(dir.path, 'new.der');

    await runProgram('openssl', ['pkey', '-pubin', '-outform', 'DER', '-out', der], {
      input: pair.publicKeyPem,
    });
    const { stdout } = await runProgram('openssl', ['dgst', '-sha256', '-r', der]);

    expect(stdout.slice(0, 64)).toBe(pair.fingerprint);
    expect(pair.fingerprint).not.toBe(createHash('sha256').digest('hex'));
  });
});
