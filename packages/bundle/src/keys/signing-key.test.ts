/** Which private key files are used, with what passphrase, and what is said about the others. */
import { describe, expect, it } from '@jest/globals';
import { runProgram, tempDir, type TempDir } from '@sallyport/testing';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateKeyPair, type KeyPairRequest } from './generate-key-pair.js';
import { formatPem, parsePem } from './pem.js';
import { readSigningKey } from './signing-key.js';

const passphrase = 'for tests only';
const none = async (): Promise<undefined> => undefined;
const never = async (): Promise<string> => Promise.reject(new Error('asked for a passphrase'));

/** Writes `text` as a key file that only its owner may use. */
async function keyFile(dir: TempDir, text: string, mode = 0o600): Promise<string> {
  const file = join(dir.path, 'bundle.key');
  await writeFile(file, text);
  await chmod(file, mode);
  return file;
}

const encrypted: readonly KeyPairRequest[] = [
  { format: 'cosign', passphrase },
  { format: 'pkcs8', passphrase },
];

describe('reading a signing key', () => {
  it('asks for no passphrase when the key has none, and says that it has none', async () => {
    await using dir = await tempDir();
    const pair = await generateKeyPair({ format: 'plain-pkcs8' });
    const file = await keyFile(dir, pair.privateKeyPem);

    const key = await readSigningKey(file, never);

    expect(key.isEncrypted).toBe(false);
    expect(key.publicKey.fingerprint).toBe(pair.fingerprint);
  });

  it.each(encrypted)('opens an encrypted one with its passphrase: $format', async (request) => {
    await using dir = await tempDir();
    const pair = await generateKeyPair(request);
    const file = await keyFile(dir, pair.privateKeyPem);

    const key = await readSigningKey(file, async () => passphrase);

    expect(key.isEncrypted).toBe(true);
    expect(key.publicKey.fingerprint).toBe(pair.fingerprint);
  });

  it.each(encrypted)(
    'refuses every wrong passphrase in the same words: $format',
    async (request) => {
      await using dir = await tempDir();
      const { privateKeyPem } = await generateKeyPair(request);
      const file = await keyFile(dir, privateKeyPem);

      for (const wrong of ['another', `${passphrase} `, 'x'.repeat(1024)]) {
        const failure = await readSigningKey(file, async () => wrong).catch(
          (error: unknown) => error,
        );
        expect(failure).toMatchObject({
          code: 'KEY_PASSPHRASE_WRONG',
          message: `${file}: the passphrase does not open this key`,
        });
        expect(failure).not.toHaveProperty('cause');
      }
      await expect(readSigningKey(file, async () => '')).rejects.toMatchObject({
        code: 'KEY_PASSPHRASE_UNUSABLE',
      });
      await expect(readSigningKey(file, none)).rejects.toMatchObject({
        code: 'KEY_PASSPHRASE_MISSING',
      });
    },
  );

  it.each([0o640, 0o604, 0o644, 0o620, 0o602, 0o666])(
    'refuses a file of mode %o before it asks for the passphrase',
    async (mode) => {
      await using dir = await tempDir();
      const { privateKeyPem } = await generateKeyPair({ format: 'cosign', passphrase });
      const file = await keyFile(dir, privateKeyPem, mode);

      await expect(readSigningKey(file, never)).rejects.toMatchObject({
        code: 'KEY_PERMISSIONS',
        message: expect.stringContaining(`0${mode.toString(8)}`),
        hint: `chmod 600 ${file}`,
      });
    },
  );

  it('takes a file that its owner may only read', async () => {
    await using dir = await tempDir();
    const { privateKeyPem } = await generateKeyPair({ format: 'plain-pkcs8' });
    const file = await keyFile(dir, privateKeyPem, 0o400);
    await expect(readSigningKey(file, never)).resolves.toMatchObject({ isEncrypted: false });
  });

  it('refuses a public key as what it is, although all may read it', async () => {
    await using dir = await tempDir();
    const { publicKeyPem } = await generateKeyPair({ format: 'plain-pkcs8' });
    const file = await keyFile(dir, publicKeyPem, 0o644);

    await expect(readSigningKey(file, never)).rejects.toMatchObject({
      code: 'KEY_WRONG_KIND',
      message: `${file}: expected a private key, found a public key`,
    });
  });

  it('refuses a private key with a certificate in one file', async () => {
    await using dir = await tempDir();
    const { privateKeyPem } = await generateKeyPair({ format: 'plain-pkcs8' });
    const certificate = formatPem('CERTIFICATE', Buffer.from('not looked at'));
    const file = await keyFile(dir, privateKeyPem + certificate);

    await expect(readSigningKey(file, never)).rejects.toMatchObject({
      code: 'KEY_WRONG_KIND',
      message: `${file}: expected a private key, found a certificate`,
    });
  });

  it('names the file that is missing', async () => {
    await using dir = await tempDir();
    const file = join(dir.path, 'missing.key');
    await expect(readSigningKey(file, never)).rejects.toMatchObject({
      code: 'KEY_UNREADABLE',
      message: `${file}: cannot read the key file: ENOENT`,
    });
  });

  it('refuses a folder', async () => {
    await using dir = await tempDir();
    const folder = join(dir.path, 'folder.key');
    await mkdir(folder);
    await expect(readSigningKey(folder, never)).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
  });

  it('does not wait for somebody to write into a pipe', async () => {
    await using dir = await tempDir();
    const pipe = join(dir.path, 'pipe.key');
    await runProgram('mkfifo', [pipe]);
    await expect(readSigningKey(pipe, never)).rejects.toMatchObject({
      code: 'KEY_UNREADABLE',
      message: `${pipe}: expected a plain file, found something else`,
    });
  });

  it('reads no more of a file than a key can have', async () => {
    await using dir = await tempDir();
    const file = await keyFile(dir, ' '.repeat(64 * 1024 + 1));
    await expect(readSigningKey(file, never)).rejects.toMatchObject({
      code: 'KEY_INVALID',
      message: expect.stringContaining('at most 65536 bytes'),
    });
  });

  it('refuses a key whose public half is that of another', async () => {
    await using dir = await tempDir();
    const [one, other] = await Promise.all(
      [1, 2].map(async () => {
        const { privateKeyPem } = await generateKeyPair({ format: 'plain-pkcs8' });
        return parsePem(privateKeyPem, 'new.key').body;
      }),
    );
    if (one === undefined || other === undefined) throw new Error('expected two keys');
    // The public point stands at the end of the DER.
    const mixed = Buffer.concat([one.subarray(0, -64), other.subarray(-64)]);
    const file = await keyFile(dir, formatPem('PRIVATE KEY', mixed));

    await expect(readSigningKey(file, never)).rejects.toMatchObject({
      code: 'KEY_INVALID',
      message: `${file}: the public half in it belongs to another private key`,
    });
  });

  it('says nothing about the bytes of a damaged key', async () => {
    await using dir = await tempDir();
    const file = await keyFile(dir, formatPem('PRIVATE KEY', Buffer.alloc(100, 0x30)));
    const failure = await readSigningKey(file, never).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'KEY_INVALID' });
    expect(failure).not.toHaveProperty('cause');
  });
});
