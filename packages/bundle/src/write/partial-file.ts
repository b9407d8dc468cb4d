/**
 * A file that is complete or absent.
 *
 * Bytes go to `FILE.partial`; the final name appears only after they were
 * flushed to the disk, and never replaces a file that is there.
 */
import { constants } from 'node:fs';
import { open, rm, unlink, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PromptFile } from '../prompt-file.js';
import { MeanwhileFlushes } from './meanwhile-flushes.js';
import { openOwned } from './open-owned.js';
import { anotherRun, outputError } from './output-error.js';
import { preallocate } from './preallocate.js';
import { isThere, publishAs, requireAbsent, syncFolder } from './publish-file.js';
import { isSameFile } from './same-file.js';
import { UncachedWrites } from './uncached-writes.js';
import { writeWhole } from './write-whole.js';

export class PartialFile {
  /** It stands under its final name, whatever failed after that. */
  isPublished = false;
  private readonly handle: FileHandle;
  private readonly prompt: PromptFile;
  private readonly file: string;
  private uncached: UncachedWrites | undefined;
  /** In the page cache since the last flush began. */
  private cachedBytes = 0;
  private readonly flushes = new MeanwhileFlushes(() => this.flush());

  private constructor(file: string, handle: FileHandle) {
    this.file = file;
    this.handle = handle;
    this.prompt = new PromptFile(handle);
  }

  /** @throws BundleError `OUTPUT_EXISTS` or `OUTPUT_UNWRITABLE`. */
  static async create(file: string): Promise<PartialFile> {
    try {
      await requireAbsent(file);
      // Left behind by a run that was killed: nothing in it is known to be right.
      if (await isThere(partialName(file))) await unlink(partialName(file));
      return new PartialFile(file, await open(partialName(file), 'wx+', 0o644));
    } catch (error) {
      throw outputError(error, file);
    }
  }

  /** Goes on with what an earlier run left. @returns Undefined when that is no file of this user. */
  static async adopt(file: string): Promise<PartialFile | undefined> {
    const handle = await openOwned(partialName(file), constants.O_RDWR);
    if (handle === undefined) return undefined;
    // What has another name is a bundle already.
    if ((await handle.stat()).nlink === 1) return new PartialFile(file, handle);
    await handle.close();
    return undefined;
  }

  /** On the disk, in bytes, also what is only set aside: less than its size while it has holes. */
  async storedBytes(): Promise<number> {
    return (await this.handle.stat()).blocks * 512;
  }

  /** @returns How many bytes there were; fewer only at the end of the file. */
  async read(into: Buffer, position: number): Promise<number> {
    try {
      return (await this.prompt.read(into, position)).bytesRead;
    } catch (error) {
      throw outputError(error, this.file);
    }
  }

  /** Gives the file its final size, and the space for it where that can be had; what nobody writes then reads as zeros. */
  async resize(fileBytes: number): Promise<void> {
    try {
      await this.handle.truncate(fileBytes);
      await preallocate(this.handle, fileBytes);
    } catch (error) {
      throw outputError(error, this.file);
    }
  }

  /** From now on whole pieces that nobody reads back soon go past the page cache, where the system does that. */
  async avoidCache(): Promise<void> {
    this.uncached ??= await UncachedWrites.open(this.handle);
  }

  /** Like `write`, for bytes that are not read back while the file is made. */
  async writeOnce(bytes: Uint8Array, position: number): Promise<void> {
    if ((await this.uncached?.write(bytes, position)) !== true) await this.write([bytes], position);
    else this.flushes.wrote(bytes.byteLength);
  }

  /** Writes the pieces one after the other. Calls for different places may overlap in time. */
  async write(pieces: readonly Uint8Array[], position: number): Promise<void> {
    try {
      await writeWhole(this.prompt, pieces, position);
    } catch (error) {
      throw outputError(error, this.file);
    }
    const byteLength = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
    this.cachedBytes += byteLength;
    this.flushes.wrote(byteLength);
  }

  /** Flushes, then gives the file its final name. */
  async publish(): Promise<void> {
    try {
      await this.flushes.ended();
      this.flushes.check();
      await this.handle.sync();
      await this.checkStillOurs();
      await publishAs(partialName(this.file), this.file);
      this.isPublished = true;
      // Not before: while it is open nobody else's file can look like ours, and a failure can be cleaned up.
      await this.close();
      await syncFolder(dirname(this.file));
    } catch (error) {
      throw outputError(error, this.file);
    }
  }

  private async flush(): Promise<void> {
    const flush = (): Promise<void> => this.handle.datasync();
    const { cachedBytes } = this;
    this.cachedBytes = 0;
    await (this.uncached?.timed(cachedBytes, flush) ?? flush());
  }

  /** Leaves it as it is, for a later run. */
  async keep(): Promise<void> {
    await this.flushes.ended();
    await this.close();
  }

  async discard(): Promise<void> {
    const ours = await this.isStillOurs();
    await this.flushes.ended();
    await this.close().catch(() => undefined);
    if (ours) await rm(partialName(this.file), { force: true });
  }

  private async close(): Promise<void> {
    try {
      await this.uncached?.close();
    } finally {
      await this.handle.close();
    }
  }

  private async isStillOurs(): Promise<boolean> {
    return isSameFile(this.handle, partialName(this.file));
  }

  // A second run with the same output has removed our file and made its own.
  private async checkStillOurs(): Promise<void> {
    if (await this.isStillOurs()) return;
    throw anotherRun(partialName(this.file));
  }
}

export function partialName(file: string): string {
  return `${file}.partial`;
}
