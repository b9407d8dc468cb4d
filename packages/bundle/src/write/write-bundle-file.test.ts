/** A bundle file is complete under its final name, or there is none. */
import { describe, expect, it } from '@jest/globals';
import {
  contentOf,
  handmadeTar,
  imageOf,
  json,
  tempDir,
  tinyImage,
  type TinyImage,
} from '@sallyport/testing';
import { EventEmitter, once } from 'node:events';
import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { mediaTypes } from 'oras-js';
import { plannedBundle, type PlannedBundle } from '../test-bundles/planning.test.js';
import { proveFile } from '../test-bundles/proving.test.js';
import { bundleBytes } from './bundle-bytes.js';
import { writeBundleFile } from './write-bundle-file.js';
import type { OpenEntry } from './write-options.js';

async function bytesOf({ signed, openEntry }: PlannedBundle): Promise<Buffer> {
  return await buffer(bundleBytes(signed, openEntry));
}

/** Opens one entry in another way than the rest. */
function except(planned: PlannedBundle, path: string, open: OpenEntry): OpenEntry {
  return async (entry, options) =>
    entry.path === path ? await open(entry, options) : await planned.openEntry(entry, options);
}

function layerOf({ signed }: PlannedBundle): string {
  return signed.manifest.entries.at(-1)?.path ?? '';
}

describe('writing a bundle', () => {
  it('gives the same bytes as a file and as a stream, at any concurrency', async () => {
    await using dir = await tempDir();
    const planned = await plannedBundle();
    const streamed = await bytesOf(planned);
    for (const concurrency of [1, 3, 100]) {
      const file = join(dir.path, `${concurrency}.tar`);
      const { fileBytes } = await writeBundleFile(file, planned.signed, planned.openEntry, {
        concurrency,
      });
      expect(await readFile(file)).toEqual(streamed);
      expect(fileBytes).toBe(streamed.byteLength);
    }
  });

  it('gives every byte that the format page prescribes', async () => {
    const { signed, openEntry, made, plan } = await plannedBundle();
    const slots = [made.entries[1]?.bytes ?? Buffer.alloc(0)];
    const ours = await bytesOf({ signed: { ...signed, slots }, openEntry, made, plan });
    expect(ours.equals(handmadeTar(made.entries))).toBe(true);
  });

  it('ends with exactly two zero blocks, after content that is padded to a block', async () => {
    const planned = await plannedBundle();
    const bytes = await bytesOf(planned);
    const last = planned.made.entries.at(-1);
    const contentEnd = (last?.contentAt ?? 0) + (last?.bytes.length ?? 0);
    expect(bytes.length).toBe(Math.ceil(contentEnd / 512) * 512 + 1024);
    expect(bytes.subarray(contentEnd).every((byte) => byte === 0)).toBe(true);
  });

  it('can be proven with the key that signed it', async () => {
    const planned = await plannedBundle();
    const { publicKeyPem } = planned.made;
    await expect(proveFile({ bytes: await bytesOf(planned), publicKeyPem })).resolves.toBeDefined();
  });

  it('flushes what it wrote under the mode that others may read', async () => {
    await using dir = await tempDir();
    const planned = await plannedBundle();
    const file = join(dir.path, 'b.tar');
    await writeBundleFile(file, planned.signed, planned.openEntry);
    expect((await stat(file)).mode & 0o777).toBe(0o644);
    expect((await stat(file)).nlink).toBe(1);
  });
});

describe('writing an entry that is larger than memory should hold', () => {
  it('puts it on the disk piece by piece while it arrives', async () => {
    await using dir = await tempDir();
    const planned = await plannedBundle([{ image: await imageOfOneLayer(2 ** 22) }]);
    const file = join(dir.path, 'b.tar');
    const bytes = planned.made.entries.at(-1)?.bytes ?? Buffer.alloc(0);
    const at = planned.made.entries.at(-1)?.contentAt ?? 0;
    const chunkBytes = 2 ** 16;
    let written = 0;
    const watching = except(planned, layerOf(planned), async () =>
      (async function* () {
        for (let start = 0; start < bytes.length; start += chunkBytes) {
          if (start === 2 ** 21) written = await bytesThere(`${file}.partial`, at);
          yield bytes.subarray(start, start + chunkBytes);
        }
      })(),
    );
    await writeBundleFile(file, planned.signed, watching);
    expect(written).toBe(2 ** 21);
    expect((await readFile(file)).subarray(at, at + bytes.length).equals(bytes)).toBe(true);
  });

  /** How many bytes of the entry stand in the file already; the rest reads as zeros. */
  async function bytesThere(file: string, at: number): Promise<number> {
    return (await readFile(file)).indexOf(0, at) - at;
  }

  async function imageOfOneLayer(layerBytes: number): Promise<TinyImage> {
    const { contents } = await tinyImage();
    const layer = contentOf(mediaTypes.ociLayer, Buffer.alloc(layerBytes, 'x'));
    const manifest = json(mediaTypes.ociManifest, {
      schemaVersion: 2,
      config: contents.at(-2)?.content,
      layers: [layer.content],
    });
    return imageOf([layer, ...contents.slice(-2, -1), manifest]);
  }
});

describe('naming the file of a bundle', () => {
  it('is FILE.partial until it is complete', async () => {
    await using dir = await tempDir();
    const planned = await plannedBundle();
    let seen: readonly string[] = [];
    const looking: OpenEntry = async (entry, options) => {
      seen = await readdir(dir.path);
      return await planned.openEntry(entry, options);
    };
    await writeBundleFile(join(dir.path, 'b.tar'), planned.signed, looking);
    expect(seen).toEqual(['b.tar.partial', 'b.tar.partial.journal']);
    expect(await readdir(dir.path)).toEqual(['b.tar']);
  });

  it('replaces what a killed run left behind', async () => {
    await using dir = await tempDir();
    const planned = await plannedBundle();
    const file = join(dir.path, 'b.tar');
    await writeFile(`${file}.partial`, Buffer.alloc(1_000_000, 'x'));
    await writeBundleFile(file, planned.signed, planned.openEntry);
    expect(await readFile(file)).toEqual(await bytesOf(planned));
    expect(await readdir(dir.path)).toEqual(['b.tar']);
  });

  it('does not follow a link that stands in place of the partial file', async () => {
    await using dir = await tempDir();
    const planned = await plannedBundle();
    const [file, victim] = [join(dir.path, 'b.tar'), join(dir.path, 'victim')];
    await writeFile(victim, 'precious');
    await symlink(victim, `${file}.partial`);
    await writeBundleFile(file, planned.signed, planned.openEntry);
    expect(await readFile(victim, 'utf8')).toBe('precious');
  });

  it.each(['a file', 'a folder', 'a link to nowhere'])('refuses to replace %s', async (what) => {
    await using dir = await tempDir();
    const planned = await plannedBundle();
    const file = join(dir.path, 'b.tar');
    if (what === 'a file') await writeFile(file, 'precious');
    else if (what === 'a folder') await mkdir(file);
    else await symlink('nowhere', file);
    await expect(writeBundleFile(file, planned.signed, planned.openEntry)).rejects.toMatchObject({
      code: 'OUTPUT_EXISTS',
    });
    expect(await readdir(dir.path)).toEqual(['b.tar']);
    if (what === 'a file') expect(await readFile(file, 'utf8')).toBe('precious');
  });

  it('refuses before anything is fetched', async () => {
    await using dir = await tempDir();
    const planned = await plannedBundle();
    const file = join(dir.path, 'b.tar');
    await writeFile(file, 'precious');
    let opened = 0;
    const counting: OpenEntry = async (entry, options) => {
      opened += 1;
      return await planned.openEntry(entry, options);
    };
    await expect(writeBundleFile(file, planned.signed, counting)).rejects.toMatchObject({
      code: 'OUTPUT_EXISTS',
    });
    expect(opened).toBe(0);
  });

  it('does not overwrite a file that appeared meanwhile, and leaves nothing of its own', async () => {
    await using dir = await tempDir();
    const planned = await plannedBundle();
    const file = join(dir.path, 'b.tar');
    const racing = except(planned, layerOf(planned), async (entry, options) => {
      await writeFile(file, 'precious');
      return await planned.openEntry(entry, options);
    });
    await expect(writeBundleFile(file, planned.signed, racing)).rejects.toMatchObject({
      code: 'OUTPUT_EXISTS',
    });
    expect(await readFile(file, 'utf8')).toBe('precious');
    expect(await readdir(dir.path)).toEqual(['b.tar']);
  });

  it('refuses a second run while the first one lives', async () => {
    await using dir = await tempDir();
    const planned = await plannedBundle();
    const file = join(dir.path, 'b.tar');
    const overtaken = except(planned, layerOf(planned), async (entry, options) => {
      await expect(writeBundleFile(file, planned.signed, planned.openEntry)).rejects.toMatchObject({
        code: 'OUTPUT_UNWRITABLE',
        message: expect.stringContaining('another run (process '),
      });
      return await planned.openEntry(entry, options);
    });
    await writeBundleFile(file, planned.signed, overtaken);
    expect(await readFile(file)).toEqual(await bytesOf(planned));
    expect(await readdir(dir.path)).toEqual(['b.tar']);
  });

  it('leaves a partial file alone that somebody else put in place of its own', async () => {
    await using dir = await tempDir();
    const planned = await plannedBundle();
    const file = join(dir.path, 'b.tar');
    const replaced = except(planned, layerOf(planned), async (entry, options) => {
      await rm(`${file}.partial`);
      await writeFile(`${file}.partial`, 'of somebody else');
      return await planned.openEntry(entry, options);
    });
    await expect(writeBundleFile(file, planned.signed, replaced)).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
      message: expect.stringContaining('another run'),
    });
    expect(await readFile(`${file}.partial`, 'utf8')).toBe('of somebody else');
  });

  it('says when the folder is not there', async () => {
    await using dir = await tempDir();
    const planned = await plannedBundle();
    const file = join(dir.path, 'absent', 'b.tar');
    await expect(writeBundleFile(file, planned.signed, planned.openEntry)).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
      message: expect.stringContaining('ENOENT'),
    });
  });

  it('says when a folder stands where the partial file goes', async () => {
    await using dir = await tempDir();
    const planned = await plannedBundle();
    const file = join(dir.path, 'b.tar');
    await mkdir(`${file}.partial`);
    await expect(writeBundleFile(file, planned.signed, planned.openEntry)).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
    });
  });
});

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
