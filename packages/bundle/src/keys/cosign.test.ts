/** Keys that go to cosign and come from it: the other program has to agree on the very bytes. */
import { expect, it } from '@jest/globals';
import { describeWith, runProgram, tempDir } from '@sallyport/testing';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSignatureSlot } from '../signature/parse-signature-slot.js';
import { encodeSignatureSlot } from '../signature/signature-slot.js';
import { verifySignatures } from '../signature/verify-signatures.js';
import { generateKeyPair } from './generate-key-pair.js';
import { readPublicKey } from './public-key.js';
import { readSigningKey } from './signing-key.js';
import { writeKeyPair } from './write-key-pair.js';

const passphrase = 'for tests only: Grüße';
const env = { COSIGN_PASSWORD: passphrase };
const list = Buffer.from('{"_type":"a list"}');

describeWith(['cosign'], 'sharing keys with cosign', () => {
  it('makes a slot that cosign verifies, and verifies no other list', async () => {
    await using dir = await tempDir();
    const prefix = join(dir.path, 'ours');
    await writeKeyPair(prefix, await generateKeyPair({ format: 'cosign', passphrase }));
    const key = await readSigningKey(`${prefix}.key`, async () => passphrase);
    const hash = createHash('sha256').update(list).digest();
    const slot = encodeSignatureSlot(hash, await key.sign(list), key.publicKey.hint);
    await writeFile(join(dir.path, 's.json'), slot);
    await writeFile(join(dir.path, 'b.json'), list);
    await writeFile(join(dir.path, 'other.json'), `${list.toString()}\n`);

    const verify = (file: string) =>
      runProgram(
        'cosign',
        ['verify-blob', '--key', 'ours.pub', '--bundle', 's.json', '--insecure-ignore-tlog', file],
        { cwd: dir.path },
      );

    expect(await verify('b.json')).toMatchObject({ code: 0 });
    expect((await verify('other.json')).code).not.toBe(0);
  });

  it('lets cosign sign with our key, and takes that signature', async () => {
    await using dir = await tempDir();
    const prefix = join(dir.path, 'ours');
    await writeKeyPair(prefix, await generateKeyPair({ format: 'cosign', passphrase }));
    await writeFile(join(dir.path, 'b.json'), list);

    const signed = await runProgram(
      'cosign',
      [
        ...['sign-blob', '--yes', '--use-signing-config=false', '--tlog-upload=false'],
        ...['--key', 'ours.key', '--bundle', 's.json', 'b.json'],
      ],
      { cwd: dir.path, env },
    );

    expect(signed).toMatchObject({ code: 0 });
    const theirs = await readFile(join(dir.path, 's.json'), 'utf8');
    const slot = Buffer.from(`${theirs.padEnd(2047)}\n`);
    const key = await readPublicKey(`${prefix}.pub`);
    expect(parseSignatureSlot(slot).hint).toBe(key.hint);
    const { signers } = verifySignatures(list, [slot], { keys: [key], threshold: 1 });
    expect(signers).toEqual([key]);
  });

  it('reads a key pair that cosign made', async () => {
    await using dir = await tempDir();
    const prefix = join(dir.path, 'theirs');
    await runProgram('cosign', ['generate-key-pair', '--output-key-prefix', 'theirs'], {
      cwd: dir.path,
      env,
    });

    const key = await readSigningKey(`${prefix}.key`, async () => passphrase);

    const { fingerprint } = await readPublicKey(`${prefix}.pub`);
    expect(key).toMatchObject({ isEncrypted: true, publicKey: { fingerprint } });
    await expect(readSigningKey(`${prefix}.key`, async () => 'another')).rejects.toMatchObject({
      code: 'KEY_PASSPHRASE_WRONG',
    });
  });
});
