import { describe, expect, it } from '@jest/globals';
import {
  expectRefusal,
  openDesk,
  startRegistry,
  startSilentServer,
  tinyImage,
} from '@sallyport/testing';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const newDesk = () => openDesk((args, world) => runCommand('sallyport', allCommands, args, world));
const passphrase = 'test-passphrase-that-stays-secret';

describe('signing with an encrypted key', () => {
  it('takes the passphrase from the environment or a file, and never says it', async () => {
    await using registry = await startRegistry();
    await using desk = await newDesk();
    await (await tinyImage()).pushTo(registry.store, 'app:1');
    const env = { SALLYPORT_KEY_PASSPHRASE: passphrase };
    const made = await desk.runWell(['keygen', '--output', desk.path('locked')], { env });
    await writeFile(desk.path('phrase'), `${passphrase}\n`);
    const exporting = (name: string, ...flags: readonly string[]) => [
      ...['export', `${registry.host}/app:1`, '--output', desk.path(name)],
      ...['--key', desk.path('locked.key'), ...flags],
    ];

    const none = await desk.run(exporting('a.tar'));
    const wrong = await desk.run(exporting('a.tar'), { env: { COSIGN_PASSWORD: 'wrong' } });
    const right = await desk.run(exporting('b.tar'), { env });
    const file = await desk.run(exporting('c.tar', '--passphrase-file', desk.path('phrase')));

    expectRefusal(none, { exit: 2, code: 'KEY_PASSPHRASE_MISSING' });
    expectRefusal(wrong, { exit: 31, code: 'KEY_PASSPHRASE_WRONG' });
    expect([right.code, file.code]).toEqual([0, 0]);
    for (const { stdout, stderr } of [made, none, wrong, right, file]) {
      expect(stdout + stderr).not.toContain(passphrase);
    }
    expect(await readFile(desk.path('b.tar'), 'latin1')).not.toContain(passphrase);
    const verify = ['verify', desk.path('c.tar'), '--key', desk.path('locked.pub')];
    await desk.runWell(verify);
  });

  it('waits for no registry once the passphrase is known to be wrong', async () => {
    await using silent = await startSilentServer();
    await using desk = await newDesk();
    const env = { SALLYPORT_KEY_PASSPHRASE: passphrase };
    await desk.runWell(['keygen', '--output', desk.path('locked')], { env });
    const run = await desk.run(
      [
        ...['export', `127.0.0.1:${silent.port}/app:1`],
        ...['--output', desk.path('b.tar'), '--key', desk.path('locked.key')],
      ],
      { env: { COSIGN_PASSWORD: 'wrong' } },
    );
    expectRefusal(run, { exit: 31, code: 'KEY_PASSPHRASE_WRONG' });
  });

  it.each([
    ['is not there', 'none.key', 50, 'KEY_UNREADABLE'],
    ['is the public half', 'desk.pub', 31, 'KEY_WRONG_KIND'],
    ['can be read by others', 'desk.open', 31, 'KEY_PERMISSIONS'],
    ['is no key', 'desk.text', 31, 'KEY_INVALID'],
  ])('asks the registry nothing when the key %s', async (_what, key, exit, code) => {
    await using registry = await startRegistry();
    await using desk = await newDesk();
    await writeFile(desk.path('desk.open'), await readFile(desk.key));
    await chmod(desk.path('desk.open'), 0o644);
    await writeFile(desk.path('desk.text'), 'no key', { mode: 0o600 });
    const exporting = ['export', `${registry.host}/app:1`, '--output', desk.path('b.tar')];

    const run = await desk.run([...exporting, '--key', desk.path(key)]);

    expectRefusal(run, { exit, code });
    expect(registry.requests).toEqual([]);
    expect(await desk.files()).toEqual([]);
  });

  it('keeps a key pair that is there', async () => {
    await using desk = await newDesk();
    const before = await readFile(desk.key);

    const args = ['keygen', '--output', desk.path('desk'), '--format', 'plain-pkcs8'];
    const run = await desk.run(args);

    expectRefusal(run, { exit: 2, code: 'KEY_EXISTS' });
    expect(await readFile(desk.key)).toEqual(before);
  });
});
