/**
 * A folder in the form of an OCI image layout, as a source and as a target.
 *
 * Blobs appear complete or not at all, also when the machine loses power.
 * Several writers may share the folder, in one process or in many. Content is
 * never removed here, and nothing is read that is not named by its digest.
 *
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md
 */
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { ContentError } from '../content/content-error.js';
import type { Descriptor } from '../content/descriptor.js';
import { isDigest, type Digest } from '../content/digest.js';
import type {
  CallOptions,
  FetchOptions,
  OpenContent,
  TagLister,
  Target,
} from '../content/target.js';
import { verifyContent } from '../content/verify-content.js';
import type { ContentAdopter } from './content-adopter.js';
import { checkContentName } from './content-name.js';
import { renameDurably, syncPath, writeDurably } from './durable-file.js';
import { withFolderLock } from './folder-lock.js';
import { GatheredWriter } from './gathered-writer.js';
import { LayoutBlobs } from './layout-blobs.js';
import {
  nameOf,
  readLayoutIndex,
  withoutName,
  writeLayoutName,
  type LayoutIndex,
} from './layout-index.js';
import { prepareLayout } from './layout-marker.js';
import { removeStalePartials } from './stale-partials.js';
import { storageFailure } from './storage-error.js';

/** Throws StorageError for what the disk does and for a folder that is no layout. Lists no referrers. */
export class OciLayout implements Target, TagLister, ContentAdopter {
  readonly folder: string;
  readonly stagingFolder: string;
  private readonly blobs: LayoutBlobs;
  // Writers of this process queue here; only the first of them waits for the lock of all processes.
  private readonly oneAtATime = pLimit(1);
  private prepared: Promise<void> | undefined;

  /** @param folder Made by the first write when it is not there. */
  constructor(folder: string) {
    this.folder = folder;
    this.stagingFolder = join(folder, '.staging');
    this.blobs = new LayoutBlobs(folder);
  }

  async fetch(content: Descriptor, options: FetchOptions = {}): Promise<AsyncIterable<Uint8Array>> {
    options.signal?.throwIfAborted();
    if ((await this.blobs.sizeOf(content.digest)) === undefined)
      throw this.notFound(content.digest);
    return this.blobs.read(content.digest, options);
  }

  async exists(content: Descriptor, options: CallOptions = {}): Promise<boolean> {
    options.signal?.throwIfAborted();
    return (await this.blobs.sizeOf(content.digest)) === content.size;
  }

  async push(content: Descriptor, open: OpenContent, options: CallOptions = {}): Promise<void> {
    if (await this.exists(content, options)) return;
    await this.prepare();
    await this.onDisk(`store ${content.digest}`, () =>
      writeDurably(this.stagingFolder, this.blobs.fileOf(content.digest), async (staged) => {
        const writer = new GatheredWriter(staged);
        for await (const chunk of verifyContent(await open(options), content)) {
          options.signal?.throwIfAborted();
          await writer.write(chunk);
        }
        options.signal?.throwIfAborted();
        await writer.flush();
      }),
    );
  }

  async adopt(content: Descriptor, file: string, options: CallOptions = {}): Promise<void> {
    options.signal?.throwIfAborted();
    const final = this.blobs.fileOf(content.digest);
    await this.prepare();
    await this.onDisk(`adopt ${file}`, async () => {
      const { size } = await stat(file);
      if (size !== content.size) throw sizeMismatch(content, size);
      await syncPath(file);
      await renameDurably(file, final);
    });
  }

  async resolve(name: string, options: CallOptions = {}): Promise<Descriptor> {
    options.signal?.throwIfAborted();
    if (isDigest(name)) return await this.describe(name, options);
    const { entries } = await this.readIndex();
    const entry = entries.findLast((each) => nameOf(each) === name);
    if (entry === undefined) throw this.notFound(name);
    return withoutName(entry);
  }

  async tag(content: Descriptor, name: string, options: CallOptions = {}): Promise<void> {
    checkContentName(name);
    if (!(await this.exists(content, options))) throw this.notFound(content.digest);
    await this.prepare();
    const write = () => writeLayoutName(this.folder, this.stagingFolder, content, name);
    await this.onDisk(`write the name ${name}`, () =>
      this.oneAtATime(() => withFolderLock(join(this.folder, '.index.lock'), write, options)),
    );
  }

  async *tags(options: CallOptions = {}): AsyncGenerator<string, void, undefined> {
    options.signal?.throwIfAborted();
    const { entries } = await this.readIndex();
    yield* new Set(entries.map(nameOf).filter((name) => name !== undefined));
  }

  private async describe(digest: Digest, options: CallOptions): Promise<Descriptor> {
    const sizeBytes = await this.blobs.sizeOf(digest);
    if (sizeBytes === undefined) throw this.notFound(digest);
    return await this.blobs.describe(digest, sizeBytes, options);
  }

  private async readIndex(): Promise<LayoutIndex> {
    return await this.onDisk('read the names', () => readLayoutIndex(this.folder));
  }

  private async prepare(): Promise<void> {
    this.prepared ??= this.onDisk('write', async () => {
      await mkdir(this.blobs.folder, { recursive: true });
      await mkdir(this.stagingFolder, { recursive: true });
      await prepareLayout(this.folder, this.stagingFolder);
      await removeStalePartials(this.stagingFolder);
    });
    try {
      await this.prepared;
    } catch (error) {
      // Not kept: the disk may have room the next time.
      this.prepared = undefined;
      throw error;
    }
  }

  private async onDisk<Result>(doing: string, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw storageFailure(error, `${doing} in ${this.folder}`);
    }
  }

  private notFound(name: string): ContentError {
    return new ContentError(
      'CONTENT_NOT_FOUND',
      `expected ${name} in the layout ${this.folder}, found nothing`,
    );
  }
}

function sizeMismatch(content: Descriptor, foundBytes: number): ContentError {
  return new ContentError(
    'CONTENT_SIZE_MISMATCH',
    `expected ${content.digest} (${content.size} bytes): the file has ${foundBytes}`,
  );
}
