/**
 * Small reads and writes of an open file, without a thread in between.
 *
 * Node has a thread make each call of a file, and to wake one costs ten times as much as the call
 * does where the page cache takes or has the bytes. Where the medium itself has to answer (a disk
 * that turns, a share of the network), the calls take longer, and nothing else of this program
 * would go on meanwhile: such a medium is left to the threads.
 */
import { readSync, writevSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { readPieceBytes } from './limits.js';

/** A larger one is not over before a thread is awake, or would hold up the rest of the program. */
const maxWrittenBytes = 64 * 1024;
const maxReadBytes = readPieceBytes;
/** What a call may take on average, in milliseconds: as much as going by a thread, and copying its bytes. */
const fairMs = 0.2;
const copiedBytesPerMs = 2_000_000;
/** At the latest after so long, in milliseconds, a call goes by a thread, so that timers and signals have their turn. */
const turnEveryMs = 20;
/** Not held against the medium, in milliseconds: other programs were given the processor meanwhile. */
const allowanceMs = 50;

/** What of a file handle is used. */
export type PromptHandle = Pick<FileHandle, 'fd' | 'read' | 'writev'>;

export class PromptFile {
  private readonly handle: PromptHandle;
  /** In milliseconds, how much longer than is fair all calls together took. */
  private lateMs = 0;
  /** When the rest of the program last had its turn. */
  private turnedAt = 0;

  constructor(handle: PromptHandle) {
    this.handle = handle;
  }

  /** As that of the handle; rejects with the system's own error. */
  async read(into: Buffer, position: number): Promise<{ readonly bytesRead: number }> {
    const { byteLength } = into;
    if (!this.readsAtOnce(byteLength))
      return this.waited(this.handle.read(into, 0, byteLength, position));
    const call = (fd: number): number => readSync(fd, into, 0, byteLength, position);
    return { bytesRead: this.timed(call, byteLength) };
  }

  /** Whether there would be no point in reading so many bytes ahead. */
  readsAtOnce(bytes: number): boolean {
    return bytes <= maxReadBytes && this.isPrompt;
  }

  /** As that of the handle: it may write less than it is given. @param position Where to; undefined to append. */
  async writev(
    pieces: readonly Uint8Array[],
    position?: number,
  ): Promise<{ readonly bytesWritten: number }> {
    const bytes = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
    if (bytes > maxWrittenBytes || !this.isPrompt)
      return this.waited(this.handle.writev([...pieces], position));
    return { bytesWritten: this.timed((fd) => writevSync(fd, pieces, position), bytes) };
  }

  private get isPrompt(): boolean {
    const isTurn = performance.now() - this.turnedAt > turnEveryMs;
    return this.lateMs <= allowanceMs && !isTurn;
  }

  private async waited<Result>(call: Promise<Result>): Promise<Result> {
    const result = await call;
    this.turnedAt = performance.now();
    return result;
  }

  private timed(call: (fd: number) => number, bytes: number): number {
    const begun = performance.now();
    const count = call(this.handle.fd);
    const tookMs = performance.now() - begun;
    this.lateMs = Math.max(0, this.lateMs + tookMs - fairMs - bytes / copiedBytesPerMs);
    return count;
  }
}
