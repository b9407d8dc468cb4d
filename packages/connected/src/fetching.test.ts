import { describe, expect, it } from '@jest/globals';
import { MemoryRepository, tempDir, tinyImage, type TinyImage } from '@sallyport/testing';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { parseReference, type Descriptor } from 'oras-js';
import { exportBundle, type ExportOptions } from './export-bundle.js';
import type { ExportEvent } from './export-event.js';
import type { BundleOutput } from './write-bundle.js';

/** Notes how many blobs are being read at the same time. */
class CountingRepository extends MemoryRepository {
  most = 0;
  readonly fetched: string[] = [];
  private now = 0;

  override async fetch(content: Descriptor): Promise<AsyncIterable<Uint8Array>> {
    this.fetched.push(content.digest);
    const bytes = await super.fetch(content);
    return this.counted(bytes);
  }

  private async *counted(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    this.now += 1;
    this.most = Math.max(this.most, this.now);
    // Another one may begin before this one goes on.
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    yield* bytes;
    this.now -= 1;
  }
}

async function exported(
  source: CountingRepository,
  output: BundleOutput,
  options: ExportOptions = {},
) {
  const request = {
    images: [parseReference('registry.example.com/app:1')],
    connect: () => source,
    channel: 'default',
    created: new Date('2026-01-02T03:04:05Z'),
    tool: 'test',
    signers: { unsignedSlots: 1 },
    output,
  };
  return exportBundle(request, { now: () => request.created, ...options });
}

async function sourceOf(image: TinyImage): Promise<CountingRepository> {
  const source = new CountingRepository();
  await image.pushTo(source, '1');
  return source;
}

const layerBytes = [10, 20, 30, 40, 50, 60, 70, 80];

describe('fetching what the plan names', () => {
  it('reads each content once, and some at the same time, into a file', async () => {
    await using dir = await tempDir();
    const image = await tinyImage({ layerBytes });
    const source = await sourceOf(image);

    await exported(source, { file: join(dir.path, 'b.tar') }, { concurrency: 3 });

    expect(source.most).toBe(3);
    const digests = image.contents.map(({ content }) => content.digest);
    expect([...source.fetched].sort()).toEqual([...digests].sort());
    expect(await readdir(dir.path)).toEqual(['b.tar']);
  });

  it('reads large content one after the other into a stream, and writes the same bytes', async () => {
    await using dir = await tempDir();
    const image = await tinyImage({ layerBytes: [800_000, 700_000, 600_000] });
    const source = await sourceOf(image);
    const stream = new PassThrough();
    const written = buffer(stream);

    await exported(source, { stream }, { concurrency: 3 });
    stream.end();
    const layersAtOnce = source.most;
    await exported(source, { file: join(dir.path, 'b.tar') });

    expect(layersAtOnce).toBe(1);
    expect((await written).equals(await readFile(join(dir.path, 'b.tar')))).toBe(true);
  });

  it('tells of every byte of every blob that it reads', async () => {
    await using dir = await tempDir();
    const image = await tinyImage({ layerBytes });
    const events: ExportEvent[] = [];
    const onEvent = (event: ExportEvent) => events.push(event);

    await exported(await sourceOf(image), { file: join(dir.path, 'b.tar') }, { onEvent });

    expect(events.slice(0, 2)).toMatchObject([
      { type: 'image-resolved', digest: image.root.digest },
      { type: 'planned' },
    ]);
    const started = events.filter(({ type }) => type === 'blob-started');
    expect(started).toHaveLength(layerBytes.length);
    for (const { content } of image.contents.slice(0, layerBytes.length)) {
      const bytes = events
        .filter((event) => event.type === 'bytes' && event.digest === content.digest)
        .reduce((sum, event) => sum + (event.type === 'bytes' ? event.count : 0), 0);
      expect(bytes).toBe(content.size);
    }
  });
});
