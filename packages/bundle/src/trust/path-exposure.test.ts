/** Which paths are somebody else's to decide about, and which are not. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { tempDir } from '@sallyport/testing';
import { chmod, lchown, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { runningUser } from '../owner/running-user.js';
import { pathExposure } from './path-exposure.js';
import { readProtectedFile } from './protected-file.js';

let dir: Awaited<ReturnType<typeof tempDir>>;

beforeEach(async () => {
  dir = await tempDir();
});

afterEach(async () => {
  await dir[Symbol.asyncDispose]();
});

const at = (...names: readonly string[]): string => join(dir.path, ...names);

/** A folder of this mode, whatever the umask, with those above it. */
async function folder(path: string, mode = 0o755): Promise<string> {
  await mkdir(path, { recursive: true });
  await chmod(path, mode);
  return path;
}

async function file(path: string): Promise<string> {
  await folder(dirname(path));
  await writeFile(path, 'text', { mode: 0o600 });
  return path;
}

const read = async (path: string): Promise<unknown> => await readProtectedFile(path, 100);

const exposedBy = (path: string, mode: string): unknown => ({
  state: 'exposed',
  found: `the folder ${path} with mode ${mode}`,
  hint: `look who wrote there, then: chmod go-w ${path}`,
});

describe('asking for a file that is not there', () => {
  it('does not take it for missing where others may have deleted it', async () => {
    const open = await folder(at('open'), 0o777);
    expect(await read(join(open, 'state.json'))).toEqual(exposedBy(open, '0777'));
    expect(await read(join(open, 'not', 'there', 'either.json'))).toEqual(exposedBy(open, '0777'));
  });

  it('takes it for missing where only this user could have', async () => {
    expect(await read(at('state.json'))).toEqual({ state: 'missing' });
    expect(await read(at('not', 'there', 'either.json'))).toEqual({ state: 'missing' });
    await folder(at('shared'), 0o1777);
    expect(await read(at('shared', 'state.json'))).toEqual({ state: 'missing' });
  });
});

describe('judging the folders above a file', () => {
  it.each([
    [0o777, '0777'],
    [0o775, '0775'],
    [0o757, '0757'],
  ])('finds one of mode %o however far up it is', async (mode, found) => {
    const trust = await file(at('open', 'a', 'b', 'trust.json'));
    const open = await folder(at('open'), mode);
    expect(await read(trust)).toEqual(exposedBy(open, found));
  });

  it('takes a sticky one, as /tmp is', async () => {
    const trust = await file(at('shared', 'a', 'trust.json'));
    await folder(at('shared'), 0o1777);
    expect(await read(trust)).toMatchObject({ state: 'read' });
  });

  it('does so for a relative path too', async () => {
    const trust = await file(at('open', 'trust.json'));
    const open = await folder(at('open'), 0o777);
    expect(await pathExposure(relative(resolve(''), trust))).toMatchObject({
      found: expect.stringContaining(open),
    });
  });
});

describe('following links to a file', () => {
  it('takes those that stand where only this user may write', async () => {
    await file(at('managed', 'v2', 'trust.json'));
    await symlink('v2', at('managed', 'current'));
    await folder(at('etc'));
    await symlink('../managed/current/trust.json', at('etc', 'trust.json'));
    await symlink(at('etc'), at('configuration'));
    expect(await read(at('configuration', 'trust.json'))).toMatchObject({ state: 'read' });
  });

  it('refuses one that others may make again', async () => {
    const trust = await file(at('etc', 'trust.json'));
    const open = await folder(at('open'), 0o777);
    await symlink(trust, join(open, 'trust.json'));
    expect(await read(join(open, 'trust.json'))).toEqual(exposedBy(open, '0777'));
  });

  it('refuses a chain with such a link in its middle', async () => {
    await file(at('etc', 'trust.json'));
    const open = await folder(at('open'), 0o777);
    await symlink('../etc', join(open, 'middle'));
    await symlink('open/middle', at('first'));
    expect(await read(at('first', 'trust.json'))).toEqual(exposedBy(open, '0777'));
  });

  it('goes up from where a link leads, as the system does', async () => {
    await file(at('deep', 'trust.json'));
    await folder(at('deep', 'below'));
    await symlink('deep/below', at('link'));
    expect(await read(`${at('link')}/../trust.json`)).toMatchObject({ state: 'read' });
    await folder(at('deep'), 0o777);
    expect(await read(`${at('link')}/../trust.json`)).toEqual(exposedBy(at('deep'), '0777'));
  });

  it('refuses that of another user among those of everybody', async () => {
    // Only root can give a link away.
    const stranger = runningUser() === 0 ? 12_345 : undefined;
    const trust = await file(at('etc', 'trust.json'));
    const link = join(await folder(at('shared'), 0o1777), 'trust.json');
    await symlink(trust, link);
    if (stranger !== undefined) await lchown(link, stranger, stranger);
    const refused = { state: 'exposed', found: `the link ${link} owned by user ${stranger}` };
    expect(await read(link)).toMatchObject(stranger === undefined ? { state: 'read' } : refused);
  });

  it('comes to an end when they lead in a circle', async () => {
    await symlink('two', at('one'));
    await symlink('one', at('two'));
    expect(await read(at('one'))).toMatchObject({ state: 'unreadable', found: 'ELOOP' });
  });
});
