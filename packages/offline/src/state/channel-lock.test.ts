/** One import of a channel at a time, and no lock that outlives its process. */
import { describe, expect, it } from '@jest/globals';
import { eventually, startProgram, tempDir, type RunningProgram } from '@sallyport/testing';
import { randomUUID } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChannelLock } from './channel-lock.js';

const module = JSON.stringify(new URL('./channel-lock.js', import.meta.url).href);
const refusal = (code: string): unknown => expect.objectContaining({ name: 'StateError', code });

const take = (folder: string, channel = 'default', waitMs = 0): Promise<ChannelLock> =>
  ChannelLock.take(folder, channel, { waitMs });

/** Takes the lock and keeps it until it is killed. */
async function holder(folder: string): Promise<RunningProgram> {
  const text = `
    const { ChannelLock } = await import(${module});
    await ChannelLock.take(${JSON.stringify(folder)}, 'default', { waitMs: 0 });
    process.stdout.write('held');
    setInterval(() => undefined, 1000);`;
  const program = startProgram(process.execPath, ['--input-type=module', '-e', text]);
  await eventually(() => {
    expect(program.said.stdout.toString()).toBe('held');
  });
  return program;
}

describe('taking the lock of a channel', () => {
  it('lets nobody else in until it is given back, and leaves nothing behind', async () => {
    await using dir = await tempDir();
    const lock = await take(dir.path);
    await expect(take(dir.path)).rejects.toEqual(refusal('STATE_LOCKED'));
    await lock.confirm();
    await lock[Symbol.asyncDispose]();
    await (await take(dir.path))[Symbol.asyncDispose]();
    expect(await readdir(dir.path)).toEqual([]);
  });

  it('keeps channels apart, also those whose names begin alike', async () => {
    await using dir = await tempDir();
    await using one = await take(dir.path, 'a');
    await using other = await take(dir.path, 'axb');
    await using third = await take(dir.path, 'a.b');
    await Promise.all([one.confirm(), other.confirm(), third.confirm()]);
  });

  it('waits for the one before', async () => {
    await using dir = await tempDir();
    const first = await take(dir.path);
    const second = take(dir.path, 'default', 30_000);
    await first[Symbol.asyncDispose]();
    await using lock = await second;
    await lock.confirm();
  });

  it('stops waiting when it is told to', async () => {
    await using dir = await tempDir();
    await using held = await take(dir.path);
    const stop = new AbortController();
    const waiting = ChannelLock.take(dir.path, 'default', { waitMs: 60_000, signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await held.confirm();
  });

  it('is held by one at a time, however many want it', async () => {
    await using dir = await tempDir();
    let inside = 0;
    let turns = 0;
    const work = async (): Promise<void> => {
      await using lock = await take(dir.path, 'default', 30_000);
      inside += 1;
      expect(inside).toBe(1);
      await lock.confirm();
      turns += 1;
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 6 }, work));
    expect(turns).toBe(6);
  });

  it('tells the one who lost it', async () => {
    await using dir = await tempDir();
    await using lock = await take(dir.path);
    for (const name of await readdir(dir.path)) await rm(join(dir.path, name));
    await expect(lock.confirm()).rejects.toEqual(refusal('STATE_LOCK_LOST'));
  });

  it('says so when the folder cannot be written', async () => {
    await using dir = await tempDir();
    await expect(take(join(dir.path, 'missing'))).rejects.toEqual(refusal('STATE_UNWRITABLE'));
  });
});

describe('finding a lock that was left behind', () => {
  it('takes over at once from a process that was killed', async () => {
    await using dir = await tempDir();
    await using program = await holder(dir.path);
    await expect(take(dir.path)).rejects.toEqual(refusal('STATE_LOCKED'));
    program.send('SIGKILL');
    await program.ended;
    await using lock = await take(dir.path);
    await lock.confirm();
    expect(await readdir(dir.path)).toHaveLength(1);
  });

  it('names the process that holds it', async () => {
    await using dir = await tempDir();
    await using held = await take(dir.path);
    await expect(take(dir.path)).rejects.toThrow(`the import of process ${process.pid}`);
    await held.confirm();
  });

  it('does not take over from a process that is only stopped', async () => {
    await using dir = await tempDir();
    await using program = await holder(dir.path);
    program.send('SIGSTOP');
    const waiting = ChannelLock.take(dir.path, 'default', { waitMs: 500, deadAfterMs: 1 });
    await expect(waiting).rejects.toEqual(refusal('STATE_LOCKED'));
  });

  /** What this process would write, with a part of it changed. */
  async function leftBehind(folder: string, change: object): Promise<void> {
    const lock = await take(folder);
    const [name = ''] = await readdir(folder);
    const owner = JSON.parse(await readFile(join(folder, name), 'utf8')) as object;
    await lock[Symbol.asyncDispose]();
    const text = JSON.stringify({ ...owner, ...change });
    await writeFile(join(folder, `default.${randomUUID()}.lock`), text);
  }

  it('takes over at once when another process has that number now', async () => {
    await using dir = await tempDir();
    await leftBehind(dir.path, { started: '1' });
    await using lock = await take(dir.path);
    await lock.confirm();
  });

  it.each([
    ['another machine', { world: 'another boot' }],
    ['another form of number', { pid: '../1' }],
    ['no number', { pid: 7 }],
  ])('does not take over from one of which it knows nothing: %s', async (_what, change) => {
    await using dir = await tempDir();
    await leftBehind(dir.path, change);
    await expect(take(dir.path)).rejects.toEqual(refusal('STATE_LOCKED'));
  });

  it('takes over from such a one when nobody touches it while it waits', async () => {
    await using dir = await tempDir();
    await writeFile(join(dir.path, `default.${randomUUID()}.lock`), '{"half":');
    const waitMs = 30_000;
    await using lock = await ChannelLock.take(dir.path, 'default', { waitMs, deadAfterMs: 200 });
    await lock.confirm();
    expect(await readdir(dir.path)).toHaveLength(1);
  });
});
