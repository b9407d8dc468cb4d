/** What a key that is trusted already counts for from now on, from the command line. */
import { describe, expect, it } from '@jest/globals';
import { expectRefusal, handmadeBundle, openDesk, testSigner, type Desk } from '@sallyport/testing';
import { writeFile } from 'node:fs/promises';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const signer = testSigner();
const fingerprint = Buffer.from(signer.hint, 'base64').toString('hex');
const now = () => new Date('2026-01-03T00:00:00Z');

/** The key `alpha` is trusted, and `b.tar` is a bundle by it. */
async function openSite(): Promise<Desk> {
  const desk = await openDesk((args, world) =>
    runCommand('sallyport', allCommands, args, { ...world, now }),
  );
  await writeFile(desk.path('site.pub'), signer.publicKeyPem);
  await writeFile(desk.path('b.tar'), (await handmadeBundle({ signers: [signer] })).bytes);
  const name = ['--name', 'alpha', '--fingerprint', fingerprint];
  await desk.runWell(['trust', 'add', desk.path('site.pub'), ...name]);
  return desk;
}

async function changed(desk: Desk, ...more: readonly string[]): Promise<unknown> {
  const { stdout } = await desk.runWell(['trust', 'set', 'alpha', ...more, '--json']);
  return (JSON.parse(stdout) as { readonly keys: readonly unknown[] }).keys[0];
}

describe('changing what a trusted key counts for', () => {
  it('gives it dates and channels, and takes dates away again, each alone', async () => {
    await using desk = await openSite();
    const first = { name: 'alpha', fingerprint, channels: ['default'] };
    const notAfter = '2026-03-31T00:00:00Z';
    expect(await changed(desk, '--not-after', '2026-03-31')).toMatchObject({ ...first, notAfter });
    const both = { notBefore: '2026-01-01T00:00:00Z', notAfter };
    expect(await changed(desk, '--not-before', '2026-01-01')).toMatchObject({ ...first, ...both });
    const more = ['--channel', 'nightly', '--channel', 'default', '--clear', 'not-before'];
    const after = await changed(desk, ...more);
    expect(after).toMatchObject({ channels: ['default', 'nightly'], notAfter });
    expect(after).not.toHaveProperty('notBefore');
    expect(await changed(desk, '--clear', 'not-after')).not.toHaveProperty('notAfter');
  });

  it('holds from the next bundle on', async () => {
    await using desk = await openSite();
    const verify = () => desk.run(['verify', desk.path('b.tar')]);
    expect(await verify()).toMatchObject({ code: 0 });
    await changed(desk, '--not-after', '2026-01-02');
    expectRefusal(await verify(), { exit: 31, code: 'POLICY_KEY_EXPIRED' });
    await changed(desk, '--clear', 'not-after', '--channel', 'nightly');
    expectRefusal(await verify(), { exit: 31, code: 'POLICY_KEY_CHANNEL' });
  });

  it('does not bring a revoked key back', async () => {
    await using desk = await openSite();
    await desk.runWell(['trust', 'revoke', 'alpha', '--reason', 'stolen']);
    expect(await changed(desk, '--not-after', '2030-01-01')).toMatchObject({ state: 'revoked' });
    const verified = await desk.run(['verify', desk.path('b.tar')]);
    expectRefusal(verified, { exit: 31, code: 'POLICY_KEY_REVOKED' });
  });

  it.each<[string, readonly string[], string]>([
    ['a stranger', ['beta', '--not-after', '2030-01-01'], 'TRUST_KEY_UNKNOWN'],
    ['nothing', ['alpha'], 'USAGE_INVALID'],
    ['a rule of the file', ['alpha', '--not-after', '2030-01-01', '--site', 'a'], 'USAGE_INVALID'],
    ['a date of no key', ['--not-after', '2030-01-01'], 'USAGE_INVALID'],
    [
      'a date of no key beside a rule',
      ['--site', 'a', '--not-after', '2030-01-01'],
      'USAGE_INVALID',
    ],
    ['a date of no key, to be cleared', ['--clear', 'not-after'], 'USAGE_INVALID'],
    [
      'dates that leave no time between them',
      ['alpha', '--not-before', '2026-02-01', '--not-after', '2026-02-01'],
      'TRUST_FILE_INVALID',
    ],
  ])('refuses to change %s, and leaves the file as it was', async (_what, args, code) => {
    await using desk = await openSite();
    const before = await desk.runWell(['trust', 'list']);
    const refused = await desk.run(['trust', 'set', ...args]);
    expectRefusal(refused, { exit: code === 'TRUST_FILE_INVALID' ? 31 : 2, code });
    expect(await desk.runWell(['trust', 'list'])).toEqual(before);
  });
});
