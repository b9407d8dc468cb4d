/** What is left of a bundle that could not be written to its end: nothing that could be taken for one. */
import { describe, expect, it, jest } from '@jest/globals';
import { tempDir } from '@sallyport/testing';
import { EventEmitter, once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { bytesOf, except, layerOf, plannedBundle } from '../test-bundles/planning.test.js';
import { bundleBytes } from './bundle-bytes.js';
import { PartialFile } from './partial-file.js';
import { writeBundleFile } from './write-bundle-file.js';
import type { OpenEntry } from './write-options.js';

describe('failing to write a bundle', () => {
  it.each<readonly [what: string, code: string, bytes: (whole: Buffer) => Buffer]>([
    ['is too short', 'CONTENT_SIZE_MISMATCH', (whole) => whole.subarray(1)],
    ['is too long', 'CONTENT_SIZE_MISMATCH', (whole) => Buffer.concat([whole, Buffer.from('x')])],
    ['is another one', 'CONTENT_DIGEST_MISMATCH', (whole) => Buffer.from(whole).fill('x')],
  ])('leaves nothing when a layer %s', async (_what, code, change) => {
    await using dir = await tempDir();
    const planned = await plannedBundle();
    const whole = planned.made.entries.at(-1)?.bytes ?? Buffer.alloc(0);
    const lying = except(planned, layerOf(planned), async () =>
      (async function* () {
        yield change(whole);
      })(),
    );
    await expect(
      writeBundleFile(join(dir.path, 'b.tar'), planned.signed, lying),
    ).rejects.toMatchObject({ code });
    expect(await readdir(dir.path)).toEqual([]);
    await expect(bytesOf({ ...planned, openEntry: lying })).rejects.toMatchObject({ code });
  });

  it('passes on why a source failed, as it was said', async () => {
    await using dir = await tempDir();
    const planned = await plannedBundle();
    const failure = Object.assign(new Error('medium error'), { code: 'EIO', syscall: 'read' });
    const failing = except(planned, layerOf(planned), async () =>
      (async function* () {
        yield Buffer.from('x');
        throw failure;
      })(),
    );
    await expect(writeBundleFile(join(dir.path, 'b.tar'), planned.signed, failing)).rejects.toBe(
      failure,
    );
    expect(await readdir(dir.path)).toEqual([]);
  });

  it('leaves nothing when it is interrupted, and gives the reason', async () => {
    await using dir = await tempDir();
    const planned = await plannedBundle();
    const ctrlC = new AbortController();
    const reason = new Error('interrupted');
    const stalled = new EventEmitter();
    const stalling = except(planned, layerOf(planned), async (_entry, { signal }) =>
      (async function* () {
        yield Buffer.from('x');
        stalled.emit('stalled');
        await once(stalled, 'never', { signal: present(signal) }).catch(() => undefined);
        throw present(signal).reason;
      })(),
    );
    const isStalled = once(stalled, 'stalled');
    const writing = writeBundleFile(join(dir.path, 'b.tar'), planned.signed, stalling, {
      signal: ctrlC.signal,
    });
    writing.catch(() => undefined);
    await isStalled;
    expect(await readdir(dir.path)).toEqual(['b.tar.partial', 'b.tar.partial.journal']);
    ctrlC.abort(reason);
    await expect(writing).rejects.toBe(reason);
    expect(await readdir(dir.path)).toEqual([]);
  });

  it('says what failed, and not that cleaning up failed after it', async () => {
    await using dir = await tempDir();
    const planned = await plannedBundle();
    const failure = new Error('medium error');
    const failing = except(planned, layerOf(planned), async () => {
      throw failure;
    });
    const discarding = jest.spyOn(PartialFile.prototype, 'discard');
    discarding.mockRejectedValueOnce(new Error('read-only by now'));
    await expect(writeBundleFile(join(dir.path, 'b.tar'), planned.signed, failing)).rejects.toBe(
      failure,
    );
    expect(discarding).toHaveBeenCalledTimes(1);
    discarding.mockRestore();
    expect(await readdir(dir.path)).toEqual(['b.tar.partial']);
  });

  it('does not publish what was interrupted after its last byte', async () => {
    await using dir = await tempDir();
    const planned = await plannedBundle();
    const ctrlC = new AbortController();
    const reason = new Error('interrupted');
    let left = planned.signed.manifest.entries.length;
    const openEntry: OpenEntry = async (entry, options) => {
      const bytes = await planned.openEntry(entry, options);
      return (async function* () {
        yield* bytes;
        left -= 1;
        if (left === 0) ctrlC.abort(reason);
      })();
    };
    await expect(
      writeBundleFile(join(dir.path, 'b.tar'), planned.signed, openEntry, { signal: ctrlC.signal }),
    ).rejects.toBe(reason);
    expect(await readdir(dir.path)).toEqual([]);
  });

  it('stops a stream between two entries when it is interrupted', async () => {
    const planned = await plannedBundle();
    const ctrlC = new AbortController();
    const reason = new Error('interrupted');
    let proven = 0;
    const openEntry: OpenEntry = async (entry, options) => {
      ctrlC.abort(reason);
      return await planned.openEntry(entry, options);
    };
    const onProven = (): void => {
      proven += 1;
    };
    const { signal } = ctrlC;
    const reading = buffer(bundleBytes(planned.signed, openEntry, { signal, onProven }));
    await expect(reading).rejects.toBe(reason);
    expect(proven).toBe(1);
  });
});

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('expected a value');
  return value;
}
