/** Which public keys are trusted at all. The keys that are refused are made by openssl, as people would bring them. */
import { describe, expect, it } from '@jest/globals';
import { describeWith, runProgram, tempDir } from '@sallyport/testing';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatFingerprint } from './fingerprint.js';
import { generateKeyPair } from './generate-key-pair.js';
import { formatPem, parsePem } from './pem.js';
import { parsePublicKey, readPublicKey } from './public-key.js';

/** The public half of a fresh key made by `openssl genpkey` with these options. */
async function opensslPublicKey(...options: readonly string[]): Promise<string> {
  const { stdout: privateKey } = await runProgram('openssl', ['genpkey', ...options]);
  const { stdout } = await runProgram('openssl', ['pkey', '-pubout'], { input: privateKey });
  expect(stdout).toMatch(/^-----BEGIN PUBLIC KEY-----/);
  return stdout;
}

function ec(curve: string, ...more: readonly string[]): readonly string[] {
  const options = [`ec_paramgen_curve:${curve}`, ...more].flatMap((option) => ['-pkeyopt', option]);
  return ['-algorithm', 'EC', ...options];
}

describe('reading a public key', () => {
  it('takes the file that was written beside the private key', async () => {
    await using dir = await tempDir();
    const pair = await generateKeyPair({ format: 'plain-pkcs8' });
    const file = join(dir.path, 'bundle.pub');
    await writeFile(file, pair.publicKeyPem);

    const { fingerprint, hint } = await readPublicKey(file);

    expect(fingerprint).toBe(pair.fingerprint);
    expect(Buffer.from(hint, 'base64').toString('hex')).toBe(fingerprint);
  });

  it('takes one that was carried through Windows', async () => {
    const pair = await generateKeyPair({ format: 'plain-pkcs8' });
    const text = pair.publicKeyPem.replaceAll('\n', '\r\n');

    expect(parsePublicKey(text, 'bundle.pub').fingerprint).toBe(pair.fingerprint);
  });

  it('refuses a private key by name, and says that it should not be here', async () => {
    const { privateKeyPem } = await generateKeyPair({ format: 'plain-pkcs8' });
    expect(() => parsePublicKey(privateKeyPem, 'bundle.key')).toThrow(
      expect.objectContaining({
        code: 'KEY_WRONG_KIND',
        message: 'bundle.key: expected a public key, found a private key',
        hint: expect.stringContaining('replace'),
      }),
    );
  });

  it('refuses a key with a certificate in one file', async () => {
    const { publicKeyPem } = await generateKeyPair({ format: 'plain-pkcs8' });
    const both = publicKeyPem + formatPem('CERTIFICATE', Buffer.from('not looked at'));
    expect(() => parsePublicKey(both, 'both.pem')).toThrow(
      expect.objectContaining({ code: 'KEY_WRONG_KIND' }),
    );
  });

  it('refuses two keys in one file', async () => {
    const { publicKeyPem } = await generateKeyPair({ format: 'plain-pkcs8' });
    expect(() => parsePublicKey(publicKeyPem + publicKeyPem, 'two.pub')).toThrow(
      expect.objectContaining({ code: 'KEY_INVALID' }),
    );
  });

  it.each([
    ['nothing', ''],
    ['text around it', 'my key\n'],
    ['a byte order mark', '\ufeff'],
  ])('refuses %s', async (_name, before) => {
    const { publicKeyPem } = await generateKeyPair({ format: 'plain-pkcs8' });
    const text = before === '' ? '' : before + publicKeyPem;
    expect(() => parsePublicKey(text, 'bundle.pub')).toThrow(
      expect.objectContaining({ code: 'KEY_INVALID' }),
    );
  });

  it('refuses a public key under another label', async () => {
    const { publicKeyPem } = await generateKeyPair({ format: 'plain-pkcs8' });
    const { body } = parsePem(publicKeyPem, 'bundle.pub');
    expect(() => parsePublicKey(formatPem('RSA PUBLIC KEY', body), 'bundle.pub')).toThrow(
      expect.objectContaining({
        code: 'KEY_INVALID',
        message: expect.stringContaining('"RSA PUBLIC KEY"'),
      }),
    );
  });

  it.each([
    ['without its padding', (text: string) => text.replace('==\n', '\n')],
    ['that ends early', (text: string) => text.replace('MFkw', 'MF==')],
  ])('refuses base64 %s', async (_name, change) => {
    const { publicKeyPem } = await generateKeyPair({ format: 'plain-pkcs8' });
    const changed = change(publicKeyPem);
    expect(changed).not.toBe(publicKeyPem);
    expect(() => parsePublicKey(changed, 'bundle.pub')).toThrow(
      expect.objectContaining({
        code: 'KEY_INVALID',
        message: expect.stringContaining('canonical base64'),
      }),
    );
  });

  it('refuses a point that is not on the curve', async () => {
    const { publicKeyPem } = await generateKeyPair({ format: 'plain-pkcs8' });
    const { label, body } = parsePem(publicKeyPem, 'bundle.pub');
    body.writeUInt8((body[90] ?? 0) ^ 1, 90);
    expect(() => parsePublicKey(formatPem(label, body), 'bundle.pub')).toThrow(
      expect.objectContaining({ code: 'KEY_INVALID' }),
    );
  });

  it('refuses bytes after the key', async () => {
    const { publicKeyPem } = await generateKeyPair({ format: 'plain-pkcs8' });
    const { label, body } = parsePem(publicKeyPem, 'bundle.pub');
    const longer = formatPem(label, Buffer.concat([body, Buffer.of(0)]));
    expect(() => parsePublicKey(longer, 'bundle.pub')).toThrow(
      expect.objectContaining({ name: 'KeyError' }),
    );
  });

  it('refuses an Ed25519 point of small order', () => {
    const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.alloc(32)]);
    expect(() => parsePublicKey(formatPem('PUBLIC KEY', spki), 'small.pub')).toThrow(
      expect.objectContaining({
        code: 'KEY_UNSUPPORTED',
        message: 'small.pub: expected an ECDSA P-256 key, found a key of type ed25519',
      }),
    );
  });
});

describeWith(['openssl'], 'reading a public key that openssl made', () => {
  it('takes P-256', async () => {
    const pem = await opensslPublicKey(...ec('P-256'));
    expect(parsePublicKey(pem, 'theirs.pub').fingerprint).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['RSA', ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024'], 'an RSA key of 1024 bits'],
    ['P-384', ec('P-384'), 'an EC key on secp384r1'],
    ['secp256k1', ec('secp256k1'), 'an EC key on secp256k1'],
    ['Ed25519', ['-algorithm', 'ED25519'], 'a key of type ed25519'],
    ['X25519', ['-algorithm', 'X25519'], 'a key of type x25519'],
    ['P-256 spelled out', ec('P-256', 'ec_param_enc:explicit'), 'explicit parameters'],
  ])('refuses %s and names it', async (_name, options, found) => {
    const pem = await opensslPublicKey(...options);
    expect(() => parsePublicKey(pem, 'theirs.pub')).toThrow(
      expect.objectContaining({
        code: 'KEY_UNSUPPORTED',
        message: expect.stringContaining(found),
      }),
    );
  });

  it('refuses a compressed point, which would make one key look like two', async () => {
    const { publicKeyPem } = await generateKeyPair({ format: 'plain-pkcs8' });
    const { stdout } = await runProgram(
      'openssl',
      ['ec', '-pubin', '-conv_form', 'compressed', '-pubout'],
      { input: publicKeyPem },
    );

    expect(() => parsePublicKey(stdout, 'compressed.pub')).toThrow(
      expect.objectContaining({
        code: 'KEY_UNSUPPORTED',
        message: expect.stringContaining('compressed point'),
      }),
    );
  });

  it('refuses a certificate by name', async () => {
    const { stdout } = await runProgram('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-subj', '/CN=test', '-keyout', '/dev/null'],
    ]);

    expect(() => parsePublicKey(stdout, 'theirs.crt')).toThrow(
      expect.objectContaining({
        code: 'KEY_WRONG_KIND',
        message: 'theirs.crt: expected a public key, found a certificate',
      }),
    );
  });
});

describe('reading a fingerprint out', () => {
  it('has sixteen groups of four', () => {
    expect(formatFingerprint('0123456789abcdef'.repeat(4))).toBe(
      '0123 4567 89ab cdef 0123 4567 89ab cdef 0123 4567 89ab cdef 0123 4567 89ab cdef',
    );
  });
});
