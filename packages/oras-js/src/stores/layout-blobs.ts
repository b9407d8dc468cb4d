/** The `blobs/sha256` folder of an OCI image layout, read. Digests are the only way to a file. */
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Descriptor } from '../content/descriptor.js';
import { hexOf, parseDigest, type Digest } from '../content/digest.js';
import { maxManifestBytes } from '../content/limits.js';
import { readContent } from '../content/read-content.js';
import type { CallOptions, FetchOptions } from '../content/target.js';
import { byteRange } from './byte-range.js';
import { fileChunks } from './file-chunks.js';
import { manifestMediaType } from './manifest-media-type.js';
import { storageFailure, systemErrorCode } from './storage-error.js';

const untypedContent = 'application/octet-stream';

export class LayoutBlobs {
  readonly folder: string;

  constructor(layoutFolder: string) {
    this.folder = join(layoutFolder, 'blobs', 'sha256');
  }

  /** @throws ContentError `DIGEST_INVALID`: a file name is never made of anything but hex digits. */
  fileOf(digest: Digest): string {
    return join(this.folder, hexOf(parseDigest(digest)));
  }

  /** In bytes; undefined when nothing is there. */
  async sizeOf(digest: Digest): Promise<number | undefined> {
    const file = this.fileOf(digest);
    try {
      const found = await stat(file);
      return found.isFile() ? found.size : undefined;
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return undefined;
      throw storageFailure(error, `look for ${file}`);
    }
  }

  /** Opens the file with the first read, so a stream that is never read holds nothing open. */
  async *read(
    digest: Digest,
    options: FetchOptions = {},
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const path = this.fileOf(digest);
    try {
      const file = await open(path, 'r');
      try {
        const { size } = await file.stat();
        yield* fileChunks(file, byteRange(size, options), options);
      } finally {
        await file.close();
      }
    } catch (error) {
      throw storageFailure(error, `read ${path}`);
    }
  }

  /** The descriptor of untagged content: a manifest says itself what it is, all else is bytes. */
  async describe(
    digest: Digest,
    sizeBytes: number,
    options: CallOptions = {},
  ): Promise<Descriptor> {
    const content: Descriptor = { mediaType: untypedContent, digest, size: sizeBytes };
    if (sizeBytes > maxManifestBytes || !(await this.startsAsObject(digest))) return content;
    const source = { fetch: async () => this.read(digest, options) };
    const mediaType = manifestMediaType(await readContent(source, content, options));
    return { ...content, mediaType: mediaType ?? untypedContent };
  }

  // Spares reading every small layer whole when only its size is asked for.
  private async startsAsObject(digest: Digest): Promise<boolean> {
    for await (const chunk of this.read(digest, { end: 1 })) return chunk[0] === 0x7b;
    return false;
  }
}
