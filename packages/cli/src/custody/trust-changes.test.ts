/** Who is trusted, and what was forgotten, stands in the custody log. */
import { describe, expect, it } from '@jest/globals';
import { expectRefusal, openDesk, testSigner, type Desk } from '@sallyport/testing';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { allCommands } from '../commands/all-commands.js';
import { runCommand } from '../run-command.js';

const signer = testSigner();
const fingerprint = Buffer.from(signer.hint, 'base64').toString('hex');

async function openOffice(): Promise<Desk> {
  const desk = await openDesk((args, world) => runCommand('sallyport', allCommands, args, world));
  await writeFile(desk.path('site.pub'), signer.publicKeyPem);
  return desk;
}

const adding = (desk: Desk, ...more: readonly string[]): readonly string[] => [
  ...['trust', 'add', desk.path('site.pub'), '--name', 'alpha', '--fingerprint', fingerprint],
  ...more,
];

async function entries(desk: Desk, name = '.local/state/sallyport/log.jsonl'): Promise<unknown[]> {
  const text = await readFile(desk.path(name), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

describe('changing whom a site trusts', () => {
  it('records which key, what is different, and why', async () => {
    await using desk = await openOffice();
    await desk.runWell(adding(desk, '--channel', 'nightly'));
    await desk.runWell(['trust', 'set', 'alpha', '--not-after', '2027-03-31']);
    await desk.runWell(['trust', 'set', '--threshold', '1', '--max-age-days', '30']);
    await desk.runWell(['trust', 'set', '--minimum-sequence', 'nightly=7']);
    await desk.runWell(['trust', 'revoke', 'alpha', '--reason', 'laptop stolen']);
    await desk.runWell(['trust', 'remove', 'alpha']);

    const key = { name: 'alpha', fingerprint };
    const trustFile = desk.path('.config/sallyport/trust.json');
    const done = { outcome: 'success', host: 'test-host', trustFile };
    expect(await entries(desk)).toMatchObject([
      { ...done, event: 'trust add', key, changes: ['channels: none -> nightly'] },
      { ...done, event: 'trust set', key, changes: ['notAfter: none -> 2027-03-31T00:00:00Z'] },
      { ...done, event: 'trust set', changes: ['maxAgeDays: none -> 30'] },
      { ...done, event: 'trust set', changes: ['minimumSequence of nightly: none -> 7'] },
      {
        ...{ ...done, event: 'trust revoke', key, reasons: ['laptop stolen'] },
        changes: [expect.stringMatching(/^revoked: none -> \d{4}-/)],
      },
      {
        ...{ ...done, event: 'trust remove', key },
        changes: expect.arrayContaining(['channels: nightly -> none']),
      },
    ]);
    const { stdout } = await desk.runWell(['log', 'show']);
    expect(stdout).toContain(`key: alpha ${fingerprint}  changes: channels: none -> nightly`);
    expect(stdout).toContain('reasons: laptop stolen');
    await desk.runWell(['log', 'verify']);
  });

  it('records attempts that were refused, with the key that was offered', async () => {
    await using desk = await openOffice();
    const stranger = testSigner();
    await writeFile(desk.path('other.pub'), stranger.publicKeyPem);
    await desk.run(
      adding(desk).map((word) => (word === desk.path('site.pub') ? desk.path('other.pub') : word)),
    );
    await desk.run(['trust', 'revoke', 'nobody', '--reason', 'why not']);

    const offered = Buffer.from(stranger.hint, 'base64').toString('hex');
    expect(await entries(desk)).toMatchObject([
      {
        ...{ event: 'trust add', outcome: 'failure', code: 'TRUST_FINGERPRINT_WRONG' },
        key: { name: 'alpha', fingerprint: offered },
      },
      {
        ...{ event: 'trust revoke', outcome: 'failure', code: 'TRUST_KEY_UNKNOWN' },
        ...{ key: { name: 'nobody' }, reasons: ['why not'] },
      },
    ]);
  });

  it('changes nothing when the log cannot be written', async () => {
    await using desk = await openOffice();
    await mkdir(desk.path('folder'));
    const refused = await desk.run(adding(desk, '--log', desk.path('folder')));
    expectRefusal(refused, { exit: 50, code: 'LOG_UNWRITABLE' });
    expectRefusal(await desk.run(['trust', 'list']), { exit: 50, code: 'TRUST_FILE_UNREADABLE' });
  });

  it('writes to the log that is named', async () => {
    await using desk = await openOffice();
    await desk.runWell(adding(desk, '--log', desk.path('mine.log')));
    await desk.runWell(['trust', 'remove', 'alpha'], {
      env: { SALLYPORT_LOG: desk.path('mine.log') },
    });
    expect(await entries(desk, 'mine.log')).toHaveLength(2);
  });
});

describe('forgetting what was imported', () => {
  it('records what is forgotten, and why', async () => {
    await using desk = await openOffice();
    const folder = desk.path('.local/state/sallyport/channels');
    await mkdir(folder, { recursive: true });
    await writeFile(`${folder}/default.json`, 'damaged');
    await desk.runWell(['state', 'reset', 'default', '--reason', 'disk died']);
    await desk.run(['state', 'reset', 'nightly', '--reason', 'it as well']);

    expect(await entries(desk)).toMatchObject([
      {
        ...{ event: 'state reset', outcome: 'success', channel: 'default', reasons: ['disk died'] },
        changes: ['forgot the channel default', expect.stringContaining('is kept as')],
      },
      {
        ...{ event: 'state reset', outcome: 'failure', code: 'STATE_MISSING' },
        ...{ channel: 'nightly', reasons: ['it as well'] },
      },
    ]);
  });
});
