/** Bundles by somebody who is not trusted, and every way to be let in all the same. */
import { describe, expect, it } from '@jest/globals';
import {
  expectRefusal,
  openBundleScene,
  testSigner,
  type HandmadeOptions,
} from '@sallyport/testing';
import { writeFile } from 'node:fs/promises';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const scene = (options?: HandmadeOptions) =>
  openBundleScene((args, world) => runCommand('sallyport', allCommands, args, world), options);

describe('using a bundle that was not signed by somebody trusted', () => {
  it.each([
    ['the key is another one', 'desk.pub', 31, 'SIGNATURE_UNKNOWN_KEY'],
    ['the key file is a private key', 'desk.key', 31, 'KEY_WRONG_KIND'],
    ['the key file is not there', 'missing.pub', 50, 'KEY_UNREADABLE'],
    ['the key file is no key', 'desk.no-key', 31, 'KEY_INVALID'],
  ])('asks the registry nothing when %s', async (_what, key, exit, code) => {
    await using at = await scene();
    await writeFile(at.desk.path('desk.no-key'), 'no key');

    const runs = await at.tryAll(at.bundle.bytes, at.desk.path(key));

    for (const run of runs) expectRefusal(run, { exit, code });
    expect(at.registry.requests).toEqual([]);
  });

  it('asks the registry nothing when no key is named', async () => {
    await using at = await scene();
    const file = at.desk.path('b.tar');
    await writeFile(file, at.bundle.bytes);

    const runs = [
      await at.desk.run(['verify', file]),
      await at.desk.run(['import', file, at.destination]),
      await at.desk.run(['serve', file, '--listen', '127.0.0.1:0']),
    ];

    for (const run of runs) expectRefusal(run, { exit: 31, code: 'TRUST_EMPTY' });
    expect(at.registry.requests).toEqual([]);
  });

  it.each([
    ...['--insecure', '--no-verify', '--skip-signature', '--allow-unsigned', '--force'],
    ...['--insecure-ignore-signature', '--trust-all', '--threshold=0'],
  ])('knows no flag to do without a signature: %s', async (flag) => {
    await using at = await scene();
    const { desk, registry, destination } = at;
    for (const command of [
      ['verify', '-'],
      ['import', '-', destination],
    ]) {
      const run = await desk.run([...command, '--key', desk.pub, flag], { stdin: at.bundle.bytes });
      expectRefusal(run, { exit: 2, code: 'USAGE_INVALID' });
    }
    expect(registry.requests).toEqual([]);
  });

  it('takes no such thing from the environment', async () => {
    await using at = await scene();
    const { desk, registry, destination } = at;
    const names = ['INSECURE', 'SKIP_VERIFY', 'NO_VERIFY', 'ALLOW_UNSIGNED', 'TRUST_ALL', 'FORCE'];
    const env = {
      ...Object.fromEntries(names.map((name) => [`SALLYPORT_${name}`, '1'])),
      COSIGN_INSECURE_IGNORE_TLOG: '1',
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
      SIGSTORE_NO_VERIFY: '1',
    };
    for (const command of [
      ['verify', '-'],
      ['import', '-', destination],
    ]) {
      const run = await desk.run([...command, '--key', desk.pub], { env, stdin: at.bundle.bytes });
      expectRefusal(run, { exit: 31, code: 'SIGNATURE_UNKNOWN_KEY' });
    }
    expect(registry.requests).toEqual([]);
  });

  it('wants as many signatures as the threshold says', async () => {
    const signers = [testSigner(), testSigner()];
    await using at = await scene({ signers });
    const { desk, trusted } = at;
    const second = desk.path('desk.second');
    await writeFile(second, signers[1]?.publicKeyPem ?? '');
    await writeFile(desk.path('b.tar'), at.bundle.bytes);
    const verify = ['verify', desk.path('b.tar'), '--threshold', '2', '--key', trusted, '--key'];

    const both = await desk.run([...verify, second]);
    const one = await desk.run([...verify, desk.pub]);
    const same = await desk.run([...verify, trusted]);

    expect(both).toMatchObject({ code: 0 });
    expectRefusal(one, { exit: 31, code: 'SIGNATURE_THRESHOLD' });
    expectRefusal(same, { exit: 31, code: 'TRUST_THRESHOLD' });
  });
});
