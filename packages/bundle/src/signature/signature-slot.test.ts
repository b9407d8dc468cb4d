/** The slot as it is written: 2048 bytes that a shell can take apart. */
import { describe, expect, it } from '@jest/globals';
import { describeWith, runProgram, tempDir } from '@sallyport/testing';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSignatureSlot } from './parse-signature-slot.js';
import { emptySignatureSlot, encodeSignatureSlot } from './signature-slot.js';

const list = Buffer.from('{"_type":"a list"}');
const hash = createHash('sha256').update(list).digest();
const hint = Buffer.alloc(32, 7).toString('base64');
const smallest = Buffer.from('3006020101020101', 'hex');

describe('writing a signature slot', () => {
  it('writes these bytes', () => {
    const json =
      '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json",' +
      '"verificationMaterial":{"publicKey":{"hint":"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="}},' +
      '"messageSignature":{"messageDigest":{"algorithm":"SHA2_256",' +
      '"digest":"SC6rYy1/+sLUR62i/FNJRvELLNY5pLbcJmBpm+tY2y8="},"signature":"MAYCAQECAQE="}}';
    const expected = json.replace(/SC6rYy1[^"]*/, hash.toString('base64'));

    const slot = encodeSignatureSlot(hash, smallest, hint);

    expect(slot.length).toBe(2048);
    expect(slot.toString()).toBe(`${expected}${' '.repeat(2047 - expected.length)}\n`);
  });

  it('is read back as what was written', () => {
    expect(parseSignatureSlot(encodeSignatureSlot(hash, smallest, hint))).toEqual({
      hint,
      listDigest: `sha256:${hash.toString('hex')}`,
      signature: smallest,
    });
  });

  it.each([
    ['what is not a signature', hash, Buffer.from('not a signature'), hint],
    ['a signature without a frame', hash, Buffer.alloc(64, 1), hint],
    ['a hash of another size', hash.subarray(1), smallest, hint],
    ['a hint that could colour a terminal', hash, smallest, '\u001b[31m'],
    ['a hint without end', hash, smallest, 'A'.repeat(129)],
  ])('writes no slot for %s', (_name, listHash, signature, by) => {
    expect(() => encodeSignatureSlot(listHash, signature, by)).toThrow(
      expect.objectContaining({ code: 'SIGNATURE_INVALID' }),
    );
  });

  it('leaves an empty one for who signs later', () => {
    const slot = emptySignatureSlot();
    expect(slot.length).toBe(2048);
    expect(slot.toString()).toBe(`${' '.repeat(2047)}\n`);
  });
});

describeWith(['openssl', 'sh', 'grep', 'cut'], 'checking a slot with openssl alone', () => {
  const commands = `
    grep -o '"signature":"[^"]*"' s.json | cut -d'"' -f4 | openssl base64 -d -A > b.sig
    openssl dgst -sha256 -verify bundle.pub -signature b.sig b.json`;

  it('verifies the list, and not the list with a newline after it', async () => {
    await using dir = await tempDir();
    const at = (name: string): string => join(dir.path, name);
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await writeFile(at('bundle.pub'), publicKey.export({ format: 'pem', type: 'spki' }));
    await writeFile(
      at('s.json'),
      encodeSignatureSlot(hash, sign('sha256', list, privateKey), hint),
    );
    await writeFile(at('b.json'), list);

    const good = await runProgram('sh', ['-c', commands], { cwd: dir.path });
    await writeFile(at('b.json'), `${list.toString()}\n`);
    const bad = await runProgram('sh', ['-c', commands], { cwd: dir.path });

    expect(good).toMatchObject({ code: 0, stdout: 'Verified OK\n' });
    expect(bad).toMatchObject({ code: 1, stdout: 'Verification failure\n' });
  });
});
