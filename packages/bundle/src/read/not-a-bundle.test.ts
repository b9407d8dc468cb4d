/** What people really put in place of a bundle, and what they are told. */
import { describe, expect, it } from '@jest/globals';
import {
  describeWith,
  handmadeBundle,
  handmadeTar,
  runProgram,
  tempDir,
  testSigner,
} from '@sallyport/testing';
import { readFile, symlink, writeFile, mkdir } from 'node:fs/promises';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { failureOf, pipeOf, refusalOf, trusting } from '../test-bundles/proving.test.js';
import { openFileInput } from './file-input.js';
import { openBundle } from './open-bundle.js';
import { pipeInput } from './pipe-input.js';

const { publicKeyPem } = testSigner();

describe('opening something that is no bundle', () => {
  it.each([
    ['nothing', 0],
    ['one byte', 1],
    ['511 bytes', 511],
    ['a zero block', 512],
    ['two zero blocks', 1024],
  ])('says so of %s', async (_what, length) => {
    const refusal = await refusalOf({ bytes: Buffer.alloc(length), publicKeyPem });
    expect(refusal).toMatch(/^BUNDLE_NOT_A_BUNDLE: expected a bundle/);
  });

  it.each([
    ['gzip', '1f8b0800'],
    ['zstd', '28b52ffd'],
    ['xz', 'fd377a585a00'],
    ['bzip2', '425a6839'],
    ['zip', '504b0304'],
  ])('names the compression %s and does not unpack it', async (name, magic) => {
    const bytes = Buffer.concat([Buffer.from(magic, 'hex'), Buffer.alloc(4096, 0x55)]);
    expect(await refusalOf({ bytes, publicKeyPem })).toMatch(/^BUNDLE_COMPRESSED: /);
    const input = pipeOf(bytes);
    const { message, hint } = await failureOf(openBundle(input, trusting(publicKeyPem)));
    expect({ message, hint, read: input.position }).toEqual({
      message: expect.stringContaining(`compressed with ${name}`),
      hint: expect.stringContaining('unpack the compression first'),
      read: 512,
    });
  });

  it('says of a compressed bundle what to do', async () => {
    const made = await handmadeBundle();
    const bytes = gzipSync(made.bytes);
    expect(await refusalOf({ bytes, publicKeyPem: made.publicKeyPem })).toMatch(
      /^BUNDLE_COMPRESSED: .*gzip/,
    );
  });

  it.each([
    ['oci-layout'],
    ['./oci-layout'],
    ['index.json'],
    ['manifest.json'],
    ['blobs/'],
    [`${'a'.repeat(64)}/layer.tar`],
    [`${'b'.repeat(64)}.json`],
    ['repositories'],
  ])('calls an archive that begins with %s unsigned', async (name) => {
    const bytes = handmadeTar([{ name, bytes: Buffer.from('{}') }]);
    expect(await refusalOf({ bytes, publicKeyPem })).toMatch(/^BUNDLE_UNSIGNED: /);
  });

  it('does not take a head that stands behind the images', async () => {
    const made = await handmadeBundle({ archive: (all) => [...all.slice(2), ...all.slice(0, 2)] });
    expect(await refusalOf(made)).toMatch(/^BUNDLE_UNSIGNED: /);
  });
});

describe('opening something that is no regular file', () => {
  it('refuses a folder', async () => {
    await using dir = await tempDir();
    await expect(openFileInput(dir.path)).rejects.toMatchObject({ code: 'BUNDLE_UNREADABLE' });
  });

  it('refuses a file that is not there, and a link to nowhere', async () => {
    await using dir = await tempDir();
    await symlink('nowhere', join(dir.path, 'link'));
    for (const name of ['absent', 'link']) {
      await expect(openFileInput(join(dir.path, name))).rejects.toMatchObject({
        code: 'BUNDLE_UNREADABLE',
        message: expect.stringContaining('ENOENT'),
      });
    }
  });

  it('refuses a socket', async () => {
    await using dir = await tempDir();
    const path = join(dir.path, 'socket');
    const server = createServer().listen(path);
    await once(server, 'listening');
    const refused = await failureOf(openFileInput(path));
    await new Promise((closed) => server.close(closed));
    expect(refused).toMatchObject({ code: 'BUNDLE_UNREADABLE' });
  });

  it('refuses an endless device by name', async () => {
    await expect(openFileInput('/dev/zero')).rejects.toMatchObject({ code: 'BUNDLE_UNREADABLE' });
  });

  it('refuses an endless device as a pipe after one block', async () => {
    await using input = pipeInput(createReadStream('/dev/zero'));
    const error = await failureOf(openBundle(input, trusting(publicKeyPem)));
    expect(error.code).toBe('BUNDLE_NOT_A_BUNDLE');
    expect(input.position).toBe(512);
  });
});

describeWith(['mkfifo'], 'opening a named pipe as a file', () => {
  it('refuses it at once, though nobody writes to it', async () => {
    await using dir = await tempDir();
    const fifo = join(dir.path, 'fifo');
    expect(await runProgram('mkfifo', [fifo])).toMatchObject({ code: 0 });
    await expect(openFileInput(fifo)).rejects.toMatchObject({
      code: 'BUNDLE_UNREADABLE',
      hint: expect.stringContaining('"-"'),
    });
  });
});

describeWith(['tar'], 'opening a bundle that was unpacked and packed again', () => {
  it.each([
    [
      'everything by name',
      [
        'sallyport/bundle.json',
        'sallyport/bundle.json.sigstore.json',
        'oci-layout',
        'index.json',
        'manifest.json',
        'blobs',
      ],
    ],
    ['the folders', ['sallyport', 'oci-layout', 'index.json', 'manifest.json', 'blobs']],
    ['the current folder', ['.']],
    ['paths with a dot', ['./sallyport/bundle.json', './oci-layout']],
  ])('refuses %s and says that it was packed again', async (_what, names) => {
    await using dir = await tempDir();
    const made = await handmadeBundle();
    const [file, folder] = [join(dir.path, 'b.tar'), join(dir.path, 'unpacked')];
    await mkdir(folder);
    await writeFile(file, made.bytes);
    expect(await runProgram('tar', ['-xf', file, '-C', folder])).toMatchObject({ code: 0 });
    const packed = join(dir.path, 'packed.tar');
    expect(
      await runProgram('tar', ['--owner=0', '--group=0', '-cf', packed, '-C', folder, ...names]),
    ).toMatchObject({ code: 0 });

    await using input = await openFileInput(packed);
    const error = await failureOf(openBundle(input, trusting(made.publicKeyPem)));
    expect(error.code).toMatch(/^BUNDLE_(?:HEADER_MISMATCH|NOT_A_BUNDLE)$/);
    expect(error.hint).toMatch('packed again');
    expect(await readFile(file)).toEqual(made.bytes);
  });
});
