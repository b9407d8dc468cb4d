import { describe, expect, it } from '@jest/globals';
import { captureRun, openDesk, startRegistry, tinyImage } from '@sallyport/testing';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

describe('keeping in step with the GitLab behind the gap', () => {
  it('warns on each side before the import is done, and carries on', async () => {
    await using source = await startRegistry();
    await using destination = await startRegistry();
    await using desk = await openDesk((args, world) =>
      runCommand('sallyport', allCommands, args, world),
    );
    await (await tinyImage({})).pushTo(source.store, 'security-products/dast:5');
    const bundle = desk.path('b.tar');
    const image = `${source.host}/security-products/dast:5`;
    const steps = [
      ['export', image, '-o', bundle, '-k', desk.key],
      ['inspect', bundle, '--key', desk.pub],
      ['verify', bundle, '--key', desk.pub],
      ['import', bundle, `${destination.host}/ns`, '--key', desk.pub],
    ];
    for (const step of steps) {
      const again = step[0] === 'import' ? ['--again'] : [];
      const { stderr } = await desk.runWell([...step, '--gitlab-version', '18.5']);
      expect(stderr).toContain(
        'warning: what is carried is dast:5, and GitLab 18.5 asks for dast:6; ' +
          'export registry.gitlab.com/security-products/dast:6, or set DAST_VERSION to "5"',
      );
      if (step[0] === 'export') continue;
      const well = await desk.runWell([...step, ...again, '--gitlab-version', '17.11']);
      expect(well.stderr).not.toContain('warning');
    }
  });

  it('does not warn of a tag that goes along with the one that was named', async () => {
    await using source = await startRegistry();
    await using desk = await openDesk((args, world) =>
      runCommand('sallyport', allCommands, args, world),
    );
    const image = await tinyImage({});
    for (const tag of ['latest', '6'])
      await image.pushTo(source.store, `security-products/dast:${tag}`);
    const latest = `${source.host}/security-products/dast:latest`;
    const carrying = ['export', latest, '--gitlab-version', '18.5', '-k', desk.key];
    const plan = await desk.runWell([...carrying, '--plan']);
    const whole = await desk.runWell([...carrying, '-o', desk.path('b.tar')]);
    const alone = await desk.runWell([...carrying, '--plan', '--no-sibling-tags']);
    expect([plan, whole, alone].map(({ stderr }) => stderr.includes('asks for dast:6'))).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('takes the version from the environment, and says of when its knowledge is', async () => {
    await using source = await startRegistry();
    await using desk = await openDesk((args, world) =>
      runCommand('sallyport', allCommands, args, world),
    );
    await (await tinyImage({})).pushTo(source.store, 'security-products/dast:6');
    const plan = ['export', `${source.host}/security-products/dast:6`, '--plan'];

    const { stderr } = await desk.runWell(plan, { env: { SALLYPORT_GITLAB_VERSION: '19.2' } });

    expect(stderr).toMatch(/note: GitLab 19\.2 is newer .* checked on \d{4}-\d\d-\d\d; assumed/);
    expect(stderr).not.toContain('warning');
  });

  it('exports what that version asks for when nobody says what', async () => {
    const args = ['export', '--plan', '--gitlab-version', '17.11', '--retries', '0'];
    // Nothing listens on port 1, so the run ends where it asks for the image.
    const env = { HTTPS_PROXY: 'http://127.0.0.1:1' };
    const run = await captureRun(
      (all, world) => runCommand('sallyport', allCommands, all, world),
      args,
      { env },
    );
    expect(run.stderr).toContain('registry.gitlab.com/security-products/dast:5');
  });
});
