/** Which states are read, which are refused, and that none is ever taken for a first import. */
import { describe, expect, it } from '@jest/globals';
import { eventually, startProgram, tempDir } from '@sallyport/testing';
import { chmod, mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf } from 'oras-js';
import { emptyState, stateAfter, type ChannelState } from './channel-state.js';
import { resetState } from './reset-state.js';
import { StateFolder } from './state-folder.js';
import { formatState, parseState } from './state-text.js';

const full: ChannelState = {
  ...stateAfter(emptyState('default'), {
    sequence: 7,
    bundle: digestOf('seven'),
    created: '2026-01-01T00:00:00Z',
    imported: '2026-01-02T00:00:00Z',
    destination: 'registry.example.com/namespace',
    keys: ['ab'.repeat(32)],
    images: ['app'],
    rollbackReason: 'the newer one was broken',
  }),
  reset: { at: '2025-12-01T00:00:00Z', reason: 'moved', forgotten: undefined },
};

const refusal = (code: string, words = ''): unknown =>
  expect.objectContaining({ name: 'StateError', code, message: expect.stringContaining(words) });

const parse = (value: unknown): ChannelState =>
  parseState(Buffer.from(JSON.stringify(value)), 'default', 'default.json');

const fields = (): Record<string, unknown> =>
  JSON.parse(formatState(full)) as Record<string, unknown>;

describe('reading a state', () => {
  it('gives back what was written', () => {
    for (const state of [full, emptyState('default')]) {
      expect(parseState(Buffer.from(formatState(state)), 'default', 'f')).toEqual(state);
    }
  });

  it('refuses it cut off at any byte', () => {
    const text = Buffer.from(formatState(full));
    for (let length = 0; length < text.length - 1; length += 1) {
      expect(() => parseState(text.subarray(0, length), 'default', 'f')).toThrow(
        refusal('STATE_INVALID'),
      );
    }
  });

  it.each<[string, object]>([
    ['that of another channel', { channel: 'nightly' }],
    ['one with an unknown field', { trusted: true }],
    ['one of another type', { _type: 'application/vnd.sallyport.trust.v1+json' }],
    ['one that forgot how high it was', { highest: undefined }],
    ['one that forgot its times', { newestCreated: undefined }],
    ['one that forgot its imports', { imports: [] }],
    ['one lower than its imports', { highest: { sequence: 6, bundle: digestOf('six') } }],
    ['one older than its imports', { newestCreated: '2025-01-01T00:00:00Z' }],
    ['a digest that is none', { highest: { sequence: 7, bundle: 'sha256:00' } }],
    ['a negative sequence', { highest: { sequence: -7, bundle: digestOf('seven') } }],
    ['a time that is none', { newestCreated: 'yesterday' }],
  ])('refuses %s', (_what, change) => {
    expect(() => parse({ ...fields(), ...change })).toThrow(refusal('STATE_INVALID'));
  });

  it('asks for a newer program when it is of another version', () => {
    const newer = { ...fields(), _type: 'application/vnd.sallyport.state.v2+json' };
    expect(() => parse(newer)).toThrow(refusal('STATE_TOO_NEW'));
  });
});

describe('keeping states in a folder', () => {
  it('writes each for its owner alone, and lists the channels', async () => {
    await using dir = await tempDir();
    const folder = new StateFolder(join(dir.path, 'a', 'channels'));
    expect(await folder.channels()).toEqual([]);
    await folder.prepare();
    await folder.write(full);
    await folder.write({ ...emptyState('a.lock') });
    await writeFile(join(folder.path, 'NOTES.json'), '{}');
    expect(await folder.channels()).toEqual(['a.lock', 'default']);
    expect(await folder.read('default')).toEqual(full);
    expect(await folder.read('other')).toBeUndefined();
    expect((await stat(join(folder.path, 'default.json'))).mode & 0o777).toBe(0o600);
    expect((await stat(folder.path)).mode & 0o777).toBe(0o700);
  });

  it('refuses what others may write, what is no file, and what is too large', async () => {
    await using dir = await tempDir();
    const folder = new StateFolder(dir.path);
    const at = (channel: string): string => join(dir.path, `${channel}.json`);
    await folder.write(full);
    await chmod(at('default'), 0o620);
    await mkdir(at('folder'));
    await writeFile(at('large'), Buffer.alloc(1024 * 1024 + 1, ' '));
    await symlink('loop.json', at('loop'));
    await expect(folder.read('default')).rejects.toEqual(refusal('STATE_PERMISSIONS', '0620'));
    await expect(folder.read('folder')).rejects.toEqual(refusal('STATE_UNREADABLE'));
    await expect(folder.read('large')).rejects.toEqual(refusal('STATE_INVALID', 'larger'));
    await expect(folder.read('loop')).rejects.toEqual(refusal('STATE_UNREADABLE', 'ELOOP'));
  });

  it('does not take a state that others may have deleted for a first import', async () => {
    await using dir = await tempDir();
    const folder = new StateFolder(join(dir.path, 'channels'));
    await folder.prepare();
    await chmod(folder.path, 0o777);
    await expect(folder.read('default')).rejects.toEqual(
      refusal('STATE_PERMISSIONS', `the folder ${folder.path} with mode 0777`),
    );
  });

  it('does not write over what was made read-only', async () => {
    await using dir = await tempDir();
    const folder = new StateFolder(dir.path);
    await folder.write(full);
    await chmod(join(dir.path, 'default.json'), 0o400);
    await expect(folder.read('default', 'to-write')).rejects.toEqual(
      refusal('STATE_UNWRITABLE', 'read-only'),
    );
    await expect(folder.read('default')).resolves.toEqual(full);
  });

  it('says so when it cannot write', async () => {
    await using dir = await tempDir();
    await writeFile(join(dir.path, 'file'), '');
    const folder = new StateFolder(join(dir.path, 'file', 'below'));
    await expect(folder.prepare()).rejects.toEqual(refusal('STATE_UNWRITABLE', 'ENOTDIR'));
    await expect(folder.write(full)).rejects.toEqual(refusal('STATE_UNWRITABLE'));
    await expect(folder.channels()).rejects.toEqual(refusal('STATE_UNREADABLE'));
  });

  it('holds a whole state whenever its writer is killed', async () => {
    await using dir = await tempDir();
    const folder = new StateFolder(dir.path);
    const writer = `
      const { StateFolder } = await import(${JSON.stringify(new URL('./state-folder.js', import.meta.url).href)});
      const folder = new StateFolder(${JSON.stringify(dir.path)});
      const state = ${JSON.stringify(full)};
      for (;;) { await folder.write(state); process.stdout.write('.'); }`;
    for (let round = 0; round < 6; round += 1) {
      await using program = startProgram(process.execPath, ['--input-type=module', '-e', writer]);
      await eventually(() => {
        expect(program.said.stdout.length).toBeGreaterThan(round * 7);
      });
      program.send('SIGKILL');
      await program.ended;
      expect(await folder.read('default')).toEqual({ ...full, reset: { ...full.reset } });
    }
    await folder.write(full);
    expect(await readdir(dir.path)).toEqual(['default.json']);
  });
});

describe('forgetting a channel', () => {
  const at = new Date('2026-03-01T00:00:00Z');

  it('keeps why, and what was forgotten', async () => {
    await using dir = await tempDir();
    const folder = new StateFolder(dir.path);
    await folder.write(full);
    const report = await resetState(folder, 'default', 'new registry', at);
    expect(report).toEqual({ channel: 'default', forgotten: full.highest, keptAs: undefined });
    expect(await folder.read('default')).toEqual({
      ...emptyState('default'),
      reset: { at: '2026-03-01T00:00:00Z', reason: 'new registry', forgotten: full.highest },
    });
    expect(await readdir(dir.path)).toEqual(['default.json']);
  });

  it('keeps a damaged state aside', async () => {
    await using dir = await tempDir();
    const folder = new StateFolder(dir.path);
    await writeFile(join(dir.path, 'default.json'), '{"_type":', { mode: 0o600 });
    const { keptAs } = await resetState(folder, 'default', 'disk was full', at);
    expect(keptAs).toBe(join(dir.path, 'default.json.20260301T000000Z.damaged'));
    expect(await folder.read('default')).toMatchObject({ reset: { reason: 'disk was full' } });
    expect(await folder.channels()).toEqual(['default']);
  });

  it('refuses when there is nothing to forget', async () => {
    await using dir = await tempDir();
    await expect(resetState(new StateFolder(dir.path), 'default', 'why', at)).rejects.toEqual(
      refusal('STATE_MISSING'),
    );
  });
});
