/** A key that never leaves its token: SoftHSM holds it, pkcs11-tool asks it, OpenSSL is the witness. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWith, findProgram, runProgram, tempDir, type TempDir } from '@sallyport/testing';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseSignatureSlot } from '../signature/parse-signature-slot.js';
import { encodeSignatureSlot } from '../signature/signature-slot.js';
import { verifySignatures } from '../signature/verify-signatures.js';
import { commandSigner } from './command-signer.js';
import { readPublicKey, type TrustedKey } from './public-key.js';
import type { Signer } from './signing-key.js';

const programs = ['softhsm2-util', 'pkcs11-tool', 'openssl'];
const pins = { PIN: 'pin-for-tests-only', SO_PIN: 'so-pin-for-tests-only' };
const wrongPin = 'another-pin-for-tests-only';
const list = Buffer.from('{"_type":"a list"}');

let dir: TempDir;
let publicKey: TrustedKey;

// Beside the program wherever it was installed; Debian has it in /usr/lib.
const modulePath = (): string =>
  join(dirname(findProgram('softhsm2-util') ?? ''), '../lib/softhsm/libsofthsm2.so');

async function run(program: string, args: readonly string[]): Promise<void> {
  const env = { ...pins, SOFTHSM2_CONF: join(dir.path, 'softhsm2.conf') };
  const { code, stderr } = await runProgram(program, args, { cwd: dir.path, env });
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${stderr}`);
}

async function askToken(...args: string[]): Promise<void> {
  await run('pkcs11-tool', ['--module', modulePath(), ...args]);
}

async function makeTokenWithKey(): Promise<void> {
  await mkdir(join(dir.path, 'tokens'));
  const settings = `directories.tokendir = ${join(dir.path, 'tokens')}\n`;
  await writeFile(join(dir.path, 'softhsm2.conf'), settings);
  const token = ['--token-label', 'sallyport'];
  const newToken = ['--init-token', '--slot-index', '0', '--label', 'sallyport'];
  await askToken(...newToken, '--so-pin', 'env:SO_PIN');
  const bySo = ['--login', '--login-type', 'so', '--so-pin', 'env:SO_PIN'];
  await askToken(...token, ...bySo, '--init-pin', '--pin', 'env:PIN');
  const newKey = ['--keypairgen', '--key-type', 'EC:prime256v1', '--id', '01'];
  await askToken(...token, '--login', '--pin', 'env:PIN', ...newKey);
  const read = ['--read-object', '--type', 'pubkey', '--id', '01'];
  await askToken(...token, ...read, '--output-file', 'key.der');
  const toPem = ['pkey', '-pubin', '-inform', 'DER', '-in', 'key.der', '-out', 'key.pub'];
  await run('openssl', toPem);
}

/** As the page on keys has it: the PIN comes from a file and goes into the environment, never into an argument. */
async function tokenSigner(pin: string): Promise<Signer> {
  const script = join(dir.path, 'sign.sh');
  await writeFile(join(dir.path, 'pin'), pin, { mode: 0o600 });
  const lines = [
    `export SOFTHSM2_CONF='${join(dir.path, 'softhsm2.conf')}'`,
    `PIN=$(cat '${join(dir.path, 'pin')}')`,
    'export PIN',
    `exec pkcs11-tool --module '${modulePath()}' --token-label sallyport --login --pin env:PIN \\`,
    '  --sign --id 01 --mechanism ECDSA --signature-format openssl',
  ];
  await writeFile(script, `${lines.join('\n')}\n`);
  return commandSigner(`sh '${script}'`, publicKey);
}

describeWith(programs, 'signing with a key in a token', () => {
  beforeAll(async () => {
    dir = await tempDir();
    await makeTokenWithKey();
    publicKey = await readPublicKey(join(dir.path, 'key.pub'));
  });

  afterAll(async () => {
    await dir[Symbol.asyncDispose]();
  });

  it('gives a signature that openssl verifies', async () => {
    const signer = await tokenSigner(pins.PIN);
    await writeFile(join(dir.path, 'list'), list);
    await writeFile(join(dir.path, 'list.sig'), await signer.sign(list));

    await run('openssl', [
      'dgst',
      '-sha256',
      '-verify',
      'key.pub',
      '-signature',
      'list.sig',
      'list',
    ]);
    expect(await readFile(join(dir.path, 'key.pub'), 'utf8')).toContain('BEGIN PUBLIC KEY');
  });

  it('gives a signature that counts for the trusted key', async () => {
    const signature = await (await tokenSigner(pins.PIN)).sign(list);

    const hash = createHash('sha256').update(list).digest();
    const slot = encodeSignatureSlot(hash, signature, publicKey.hint);
    const trust = { keys: [publicKey], threshold: 1 };
    expect(parseSignatureSlot(slot).hint).toBe(publicKey.hint);
    expect(verifySignatures(list, [slot], trust).signers).toEqual([publicKey]);
  });

  it('says that the PIN is wrong without showing it', async () => {
    const signer = await tokenSigner(wrongPin);

    const failure: unknown = await signer.sign(list).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'KEY_SIGNER_FAILED',
      message: expect.stringContaining('CKR_PIN_INCORRECT') as unknown,
    });
    expect((failure as Error).message).not.toContain(wrongPin);
  });
});
