/** Files that somebody puts where the trusted key should be: refused before a bundle is opened, and at once. */
import { describe, expect, it } from '@jest/globals';
import { describeWith, runProgram, tempDir, testSigner } from '@sallyport/testing';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readPublicKey } from './public-key.js';

const { publicKeyPem: pem } = testSigner();

describe('reading a public key with something around it', () => {
  it.each<readonly [what: string, bytes: string | Buffer]>([
    ['a letter behind it', `${pem}x`],
    ['a NUL behind it', `${pem}\0`],
    ['a second key behind it', pem + testSigner().publicKeyPem],
    ['the same key again', pem + pem],
    ['a comment before it', `# site a\n${pem}`],
    ['a header of old OpenSSL', pem.replace('-----\n', '-----\nProc-Type: 4,ENCRYPTED\n\n')],
    ['line ends of old Macs', pem.replaceAll('\n', '\r')],
    ['spaces in its base64', pem.replace('MFkw', 'MF kw')],
    ['letters that look alike', pem.replace('MFkw', '\u041cFkw')],
    ['two bytes a character', Buffer.from(pem, 'utf16le')],
    ['another label at its end', pem.replace('END PUBLIC', 'END PRIVATE')],
    ['its last line missing', pem.replace(/-----END.*\n/, '')],
  ])('refuses %s', async (_what, bytes) => {
    await using dir = await tempDir();
    const file = join(dir.path, 'site.pub');
    await writeFile(file, bytes);
    await expect(readPublicKey(file)).rejects.toMatchObject({ code: 'KEY_INVALID' });
  });
});

describe('reading a public key from what is no file', () => {
  it.each(['/dev/zero', '/dev/null', '/proc/self/mem'])('refuses %s', async (file) => {
    await expect(readPublicKey(file)).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
  });

  it('refuses a folder, a link to nowhere and a link to itself', async () => {
    await using dir = await tempDir();
    const at = (name: string): string => join(dir.path, name);
    await mkdir(at('folder'));
    await symlink('nowhere', at('lost'));
    await symlink('round', at('round'));
    for (const name of ['folder', 'lost', 'round', 'absent'])
      await expect(readPublicKey(at(name))).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
  });
});

describeWith(['mkfifo'], 'reading a public key from a named pipe', () => {
  it('refuses it at once, though nobody writes to it', async () => {
    await using dir = await tempDir();
    const fifo = join(dir.path, 'fifo');
    expect(await runProgram('mkfifo', [fifo])).toMatchObject({ code: 0 });
    await expect(readPublicKey(fifo)).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
  });
});
