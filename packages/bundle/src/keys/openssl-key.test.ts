/** Private keys as openssl makes them: which are used, and how the others are named. */
import { expect, it } from '@jest/globals';
import { describeWith, runProgram, tempDir, type TempDir } from '@sallyport/testing';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readSigningKey } from './signing-key.js';

const passphrase = 'for tests only';
const never = async (): Promise<string> => Promise.reject(new Error('asked for a passphrase'));

async function keyFile(dir: TempDir, text: string): Promise<string> {
  const file = join(dir.path, 'theirs.key');
  await writeFile(file, text, { mode: 0o600 });
  return file;
}

describeWith(['openssl'], 'reading a signing key that openssl made', () => {
  const p256 = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];

  async function openssl(...args: readonly string[]): Promise<string> {
    const { stdout, stderr } = await runProgram('openssl', args);
    expect({ stdout, stderr }).toMatchObject({ stdout: expect.stringContaining('PRIVATE KEY') });
    return stdout;
  }

  it('takes plain PKCS#8, and openssl verifies what it signs', async () => {
    await using dir = await tempDir();
    const text = await openssl('genpkey', ...p256);
    const file = await keyFile(dir, text);
    const { stdout: publicKey } = await runProgram('openssl', ['pkey', '-pubout'], { input: text });
    await writeFile(join(dir.path, 'theirs.pub'), publicKey);

    const key = await readSigningKey(file, never);
    await writeFile(join(dir.path, 'b.sig'), await key.sign(Buffer.from('the list')));
    const { stdout } = await runProgram(
      'openssl',
      ['dgst', '-sha256', '-verify', 'theirs.pub', '-signature', 'b.sig'],
      { cwd: dir.path, input: 'the list' },
    );

    expect(stdout).toBe('Verified OK\n');
  });

  it.each(['-aes-128-cbc', '-aes-256-cbc'])('takes PKCS#8 encrypted with %s', async (cipher) => {
    await using dir = await tempDir();
    const text = await openssl('genpkey', ...p256, cipher, '-pass', `pass:${passphrase}`);
    const file = await keyFile(dir, text);
    await expect(readSigningKey(file, async () => passphrase)).resolves.toMatchObject({
      isEncrypted: true,
    });
  });

  it.each([
    ['RSA', ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024'], 'an RSA key of 1024 bits'],
    ['P-384', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'], 'secp384r1'],
    ['secp256k1', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:secp256k1'], 'secp256k1'],
    ['Ed25519', ['-algorithm', 'ED25519'], 'ed25519'],
    ['P-256 spelled out', [...p256, '-pkeyopt', 'ec_param_enc:explicit'], 'explicit parameters'],
  ])('refuses %s and names it', async (_name, options, found) => {
    await using dir = await tempDir();
    const file = await keyFile(dir, await openssl('genpkey', ...options));
    await expect(readSigningKey(file, never)).rejects.toMatchObject({
      code: 'KEY_UNSUPPORTED',
      message: expect.stringContaining(found),
    });
  });

  it('refuses the form of before PKCS#8 and says how to turn it into one', async () => {
    await using dir = await tempDir();
    const text = await openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout');
    const file = await keyFile(dir, text);
    await expect(readSigningKey(file, never)).rejects.toMatchObject({
      code: 'KEY_UNSUPPORTED',
      message: expect.stringContaining('"EC PRIVATE KEY"'),
      hint: expect.stringContaining('openssl pkcs8 -topk8'),
    });
  });

  it('refuses another scheme than PBKDF2 before it asks for the passphrase', async () => {
    await using dir = await tempDir();
    const plain = await openssl('genpkey', ...p256);
    const { stdout } = await runProgram(
      'openssl',
      ['pkcs8', '-topk8', '-scrypt', '-passout', `pass:${passphrase}`],
      { input: plain },
    );
    const file = await keyFile(dir, stdout);
    await expect(readSigningKey(file, never)).rejects.toMatchObject({
      code: 'KEY_UNSUPPORTED',
      message: expect.stringContaining('another scheme'),
    });
  });
});
