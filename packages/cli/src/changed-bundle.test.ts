import { describe, expect, it } from '@jest/globals';
import {
  expectNothingSent,
  expectNothingVisible,
  expectRefusal,
  openBundleScene,
  runProgram,
  type BundleScene,
  type HandmadeOptions,
} from '@sallyport/testing';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const scene = (options?: HandmadeOptions) =>
  openBundleScene((args, world) => runCommand('sallyport', allCommands, args, world), options);

function flipped(bytes: Buffer, at: number, bit = 0): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ (1 << bit);
  return copy;
}

function placeOf({ bundle }: BundleScene, name: string): number {
  const entry = bundle.entries.find((each) => each.name === name);
  if (entry === undefined) throw new Error(`expected ${name} in the bundle, found none`);
  return entry.contentAt;
}

// The hint of a signature only says which key to try first: another one costs a note, no more.
function isHint({ bundle }: BundleScene, at: number): boolean {
  const start = bundle.bytes.indexOf('"hint":"') + '"hint":"'.length;
  return at >= start && at < start + 44;
}

describe('importing a bundle in which one bit was flipped', () => {
  it('refuses it wherever the bit is, and nothing can be pulled', async () => {
    await using at = await scene();
    const { bytes } = at.bundle;
    const accepted: number[] = [];

    // One byte in 61 and another bit each time: every kind of place is hit several times.
    for (let place = 0; place < bytes.length; place += 61) {
      if (isHint(at, place)) continue;
      const stdin = flipped(bytes, place, place % 8);
      const run = await at.desk.run(['import', '-', at.destination, '--key', at.trusted], {
        stdin,
      });
      if (run.code !== 30 && run.code !== 31) accepted.push(place);
    }

    expect(accepted).toEqual([]);
    expectNothingVisible(at.registry);
  });

  it.each([
    ['sallyport/bundle.json', 31, 'SIGNATURE_WRONG'],
    ['sallyport/bundle.json.sigstore.json', 31, 'SIGNATURE_INVALID'],
    ['oci-layout', 30, 'CONTENT_DIGEST_MISMATCH'],
    ['index.json', 30, 'CONTENT_DIGEST_MISMATCH'],
    ['manifest.json', 30, 'CONTENT_DIGEST_MISMATCH'],
  ])('asks the registry nothing when the bit is in %s', async (name, exit, code) => {
    await using at = await scene();

    const runs = await at.tryAll(flipped(at.bundle.bytes, placeOf(at, name) + 10));

    for (const run of runs) expectRefusal(run, { exit, code });
    expect(at.registry.requests).toEqual([]);
  });

  it('closes no upload of a layer with the bit in it', async () => {
    await using at = await scene();
    const { name = '', contentAt = 0 } = at.bundle.entries.at(-1) ?? {};

    const runs = await at.tryAll(flipped(at.bundle.bytes, contentAt));

    for (const run of runs) expectRefusal(run, { exit: 30, code: 'CONTENT_DIGEST_MISMATCH' });
    const hex = name.slice('blobs/sha256/'.length);
    const sent = at.registry.requests.filter(({ path }) => path.includes(hex));
    expect(sent.map(({ method }) => method)).not.toContain('PUT');
    expectNothingVisible(at.registry);
  });
});

describe('importing a bundle that was cut', () => {
  it.each([
    ['in the middle of a layer', (all: number) => all - 1400],
    ['by its last byte', (all: number) => all - 1],
    ['by its last block', (all: number) => all - 512],
    ['in the list', () => 700],
  ])('refuses it: %s', async (_where, lengthOf) => {
    await using at = await scene();
    const { bytes } = at.bundle;

    const runs = await at.tryAll(Buffer.from(bytes.subarray(0, lengthOf(bytes.length))));

    for (const run of runs) expectRefusal(run, { exit: 30, code: 'BUNDLE_TRUNCATED' });
    expectNothingVisible(at.registry);
  });

  it.each([
    ['shorter', (bytes: Buffer) => bytes.subarray(0, -1)],
    ['longer', (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(1)])],
  ])('asks the registry nothing when a file is %s than its list says', async (_what, change) => {
    await using at = await scene();
    const file = at.desk.path('b.tar');
    await writeFile(file, change(at.bundle.bytes));

    const run = await at.desk.run(['import', file, at.destination, '--key', at.trusted]);

    expectRefusal(run, { exit: 30, code: ['BUNDLE_TRUNCATED', 'BUNDLE_TRAILING_BYTES'] });
    expect(at.registry.requests).toEqual([]);
  });
});

describe('importing a bundle that was packed again', () => {
  it.each([
    ['tar', ['-cf']],
    ['tar in the order of names', ['--sort=name', '-cf']],
    ['tar as pax', ['--format=pax', '-cf']],
    ['tar and gzip', ['-czf']],
  ])('sends nothing: %s', async (_what, flags) => {
    await using at = await scene();
    const { desk, bundle } = at;
    await writeFile(desk.path('b.tar'), bundle.bytes);
    const folder = desk.path('desk.unpacked');
    await mkdir(folder);
    await runProgram('tar', ['-xf', desk.path('b.tar'), '-C', folder]);
    const order = ['sallyport', 'oci-layout', 'index.json', 'manifest.json', 'blobs'];
    await runProgram('tar', [...flags, desk.path('desk.packed'), '-C', folder, ...order]);

    const runs = await at.tryAll(await readFile(desk.path('desk.packed')));

    const codes = ['BUNDLE_HEADER_MISMATCH', 'BUNDLE_NOT_A_BUNDLE', 'BUNDLE_COMPRESSED'];
    for (const run of runs) expectRefusal(run, { exit: 30, code: codes });
    expectNothingSent(at.registry);
  });

  it.each([
    ['a text', Buffer.from('hello '.repeat(500))],
    ['zeros', Buffer.alloc(4096)],
    ['nothing', Buffer.alloc(0)],
  ])('says that it is no bundle at all: %s', async (_what, bytes) => {
    await using at = await scene();

    const runs = await at.tryAll(bytes);

    for (const run of runs) expectRefusal(run, { exit: 30, code: 'BUNDLE_NOT_A_BUNDLE' });
    expect(at.registry.requests).toEqual([]);
  });
});
