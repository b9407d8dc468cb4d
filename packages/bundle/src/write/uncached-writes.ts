/**
 * Writes past the page cache, where the system does that: Linux, on most file systems of a disk.
 *
 * A bundle is written once and read much later, if at all on this host. Copying it into new pages
 * of memory takes half as long as hashing it, and several times as long on a virtual machine
 * that has to ask its host for each page.
 */
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { platform } from 'node:os';
import { pieceBytes } from '../limits.js';

/**
 * Flushes included. Behind a slower disk everybody waits: in the cache the bytes wait for it, and a connection need
 * not. That costs a copy into new pages, which is done at about this rate.
 */
const slowBytesPerMs = 400_000;
/** Judged after so much, in bytes. */
const judgedBytes = 128 * pieceBytes;

export class UncachedWrites {
  private readonly handle: Pick<FileHandle, 'write' | 'close'>;
  private isGivenUp = false;
  private takenBytes = 0;
  private underWay = 0;
  private busySinceMs = 0;
  private busyMs = 0;

  /** @param handle Opened to write past the cache. */
  constructor(handle: Pick<FileHandle, 'write' | 'close'>) {
    this.handle = handle;
  }

  /** @returns Undefined where there is no such thing. */
  static async open({ fd }: FileHandle): Promise<UncachedWrites | undefined> {
    // Other systems do not have the flag; asked for by its name, the file might be another by now.
    if (platform() !== 'linux') return undefined;
    const flags = constants.O_WRONLY | constants.O_DIRECT;
    const handle = await open(`/proc/self/fd/${fd}`, flags).catch(() => undefined);
    return handle === undefined ? undefined : new UncachedWrites(handle);
  }

  /** Whether whole pieces should still be brought here: once they should not, that stays so. */
  get isOpen(): boolean {
    return !this.isGivenUp;
  }

  /**
   * @param bytes Of aligned memory, when they are a whole piece.
   * @returns False when nothing is known to be written: they are no whole piece of the file, or the system refuses it.
   *   An error of the disk shows when they are written in the usual way.
   */
  async write(bytes: Uint8Array, position: number): Promise<boolean> {
    if (!this.isOpen || bytes.byteLength !== pieceBytes || position % pieceBytes !== 0)
      return false;
    try {
      const { bytesWritten } = await this.timed(pieceBytes, () =>
        this.handle.write(bytes, 0, pieceBytes, position),
      );
      return bytesWritten === pieceBytes;
    } catch {
      this.isGivenUp = true;
      return false;
    }
  }

  /**
   * Whatever else the disk does for this file counts too, above all a flush: only then has it really taken the bytes.
   *
   * @param byteLength What it has taken when that is done and had not before.
   */
  async timed<Result>(byteLength: number, work: () => Promise<Result>): Promise<Result> {
    if (this.underWay === 0) this.busySinceMs = performance.now();
    this.underWay += 1;
    try {
      const result = await work();
      this.takenBytes += byteLength;
      return result;
    } finally {
      if (this.underWay === 1) this.busyMs = this.totalBusyMs;
      this.underWay -= 1;
      this.isGivenUp ||= this.isSlow;
    }
  }

  private get isSlow(): boolean {
    return this.takenBytes >= judgedBytes && this.takenBytes < this.totalBusyMs * slowBytesPerMs;
  }

  /** How long at least one was under way. */
  private get totalBusyMs(): number {
    return this.busyMs + (this.underWay === 0 ? 0 : performance.now() - this.busySinceMs);
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}
