import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runProgram, tempDir, type TempDir } from '@sallyport/testing';
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  attachSignature,
  commandSigner,
  composeManifest,
  generateKeyPair,
  layoutDocuments,
  leaveUnsigned,
  openBundle,
  openFileInput,
  parsePublicKey,
  readListDigest,
  signManifest,
  writeBundleFile,
  type BundleManifest,
  type TrustedKey,
} from '../index.js';

let dir: TempDir;
let manifest: BundleManifest;
let publicKey: TrustedKey;
let keyFile: string;

beforeAll(async () => {
  dir = await tempDir();
  const pair = await generateKeyPair({ format: 'plain-pkcs8' });
  publicKey = parsePublicKey(pair.publicKeyPem, 'test key');
  keyFile = join(dir.path, 'test-only.pem');
  await writeFile(keyFile, pair.privateKeyPem, { mode: 0o600 });
  manifest = composeManifest({
    channel: 'test',
    created: new Date(1_700_000_000_000),
    images: [],
    sources: [],
    documents: new Map(),
    tool: 'test',
  });
});

afterAll(async () => {
  await dir[Symbol.asyncDispose]();
});

async function unsignedBundle(name: string, signatures: number): Promise<string> {
  const file = join(dir.path, name);
  await writeBundleFile(file, leaveUnsigned(manifest, signatures), async (entry) =>
    contentOf(entry.path),
  );
  return file;
}

async function* contentOf(path: string): AsyncGenerator<Uint8Array> {
  const document = layoutDocuments(manifest, new Map(), 'full').find((each) => each.path === path);
  yield document?.bytes ?? Buffer.alloc(0);
}

async function openedWith(file: string, threshold = 1) {
  await using input = await openFileInput(file);
  const { signers } = await openBundle(input, { keys: [publicKey], threshold });
  return signers.map(({ fingerprint }) => fingerprint);
}

describe('signing a bundle in two steps', () => {
  it('is refused by every reader until the signature is attached', async () => {
    const file = await unsignedBundle('unsigned.tar', 1);
    await expect(openedWith(file)).rejects.toMatchObject({ code: 'SIGNATURE_MISSING' });
  });

  it('takes what openssl signed of the digest, and changes nothing but the slot', async () => {
    const file = await unsignedBundle('openssl.tar', 1);
    const before = await readFile(file);
    const digest = (await readListDigest(file)).slice('sha256:'.length);
    const raw = join(dir.path, 'digest.bin');
    const signatureFile = join(dir.path, 'openssl.sig');
    await writeFile(raw, Buffer.from(digest, 'hex'));
    const args = ['pkeyutl', '-sign', '-inkey', keyFile, '-in', raw, '-out', signatureFile];
    expect(await runProgram('openssl', args)).toMatchObject({ code: 0 });

    const attached = await attachSignature(file, await readFile(signatureFile), publicKey);

    expect(attached).toEqual({ digest: `sha256:${digest}`, left: 0 });
    expect(await openedWith(file)).toEqual([publicKey.fingerprint]);
    const after = await readFile(file);
    const changed = [...after.keys()].filter((index) => after[index] !== before[index]);
    expect(Math.max(...changed) - Math.min(...changed)).toBeLessThan(2048);
  });

  it('refuses a signature by another key and leaves the slot empty', async () => {
    const file = await unsignedBundle('other.tar', 1);
    const before = await readFile(file);
    const other = createPrivateKey(
      (await generateKeyPair({ format: 'plain-pkcs8' })).privateKeyPem,
    );
    const signature = sign('sha256', Buffer.from('anything'), other);
    await expect(attachSignature(file, signature, publicKey)).rejects.toMatchObject({
      code: 'SIGNATURE_WRONG',
    });
    expect(await readFile(file)).toEqual(before);
  });

  it('fills one slot after the other, and then has none left', async () => {
    const file = await unsignedBundle('two.tar', 2);
    const list = await signManifest(manifest, [await signerOf(keyFile)]);
    const signature = sign('sha256', list.bytes, createPrivateKey(await readFile(keyFile)));
    expect(await attachSignature(file, signature, publicKey)).toMatchObject({ left: 1 });
    await expect(openedWith(file)).rejects.toMatchObject({ code: 'SIGNATURE_MISSING' });
    expect(await attachSignature(file, signature, publicKey)).toMatchObject({ left: 0 });
    await expect(attachSignature(file, signature, publicKey)).rejects.toMatchObject({
      code: 'SIGNATURE_NO_SLOT',
    });
  });
});

async function signerOf(file: string) {
  return commandSigner(`openssl pkeyutl -sign -inkey '${file}'`, publicKey);
}

describe('signing with a command', () => {
  it('hands it the 32 bytes of the digest and takes its signature', async () => {
    const signed = await signManifest(manifest, [await signerOf(keyFile)]);
    expect(signed.slots).toHaveLength(1);
  });

  it('refuses what is no signature by the named key', async () => {
    const other = createPublicKey((await generateKeyPair({ format: 'plain-pkcs8' })).publicKeyPem);
    const stranger = parsePublicKey(
      other.export({ type: 'spki', format: 'pem' }).toString(),
      'test',
    );
    const signer = commandSigner(`openssl pkeyutl -sign -inkey '${keyFile}'`, stranger);
    await expect(signManifest(manifest, [signer])).rejects.toMatchObject({
      code: 'KEY_SIGNER_FAILED',
    });
  });

  it.each([
    [
      'fails',
      'echo no token in the slot >&2; exit 3',
      /exit code 3 and said: no token in the slot/,
    ],
    ['answers nothing', 'true', /0 bytes/],
    ['answers without end', 'head -c 10000000 /dev/zero', /1025 bytes/],
    ['does not exist', '/does/not/exist', /exit code 127/],
  ])('says so when it %s', async (_, command, expected) => {
    const signing = signManifest(manifest, [commandSigner(command, publicKey)]);
    await expect(signing).rejects.toMatchObject({
      code: 'KEY_SIGNER_FAILED',
      message: expect.stringMatching(expected) as unknown,
    });
  });

  it('ends the command when the run is stopped', async () => {
    const script = join(dir.path, 'waits.sh');
    await writeFile(script, '#!/bin/sh\nexec sleep 600\n');
    await chmod(script, 0o755);
    const stop = new AbortController();
    const reason = new Error('interrupted');
    const signing = signManifest(manifest, [commandSigner(`exec '${script}'`, publicKey)], {
      signal: stop.signal,
    });
    stop.abort(reason);
    await expect(signing).rejects.toBe(reason);
  });
});
