/**
 * Appends to a file in large pieces, however small the chunks are that arrive.
 *
 * A chunk is copied or written before `write` returns, so its owner may use the
 * buffer again. Nothing counts as written before `flush`.
 */
import type { FileHandle } from 'node:fs/promises';

// Sockets give 64 KiB at a time; one system call for each of them costs a third of the rate.
const pieceBytes = 1024 * 1024;

/** Holds at most 1 MiB. The file stays the caller's: it is neither synced nor closed here. */
export class GatheredWriter {
  private readonly file: FileHandle;
  private piece: Buffer | undefined;
  private filled = 0;
  private position: number;

  /** @param position Where in the file the first byte goes. */
  constructor(file: FileHandle, position = 0) {
    this.file = file;
    this.position = position;
  }

  /** Waits for the disk only when a piece is full. Not to be called again before it has returned. */
  async write(chunk: Uint8Array): Promise<void> {
    if (this.filled + chunk.byteLength > pieceBytes) await this.flush();
    if (chunk.byteLength >= pieceBytes) {
      await this.writeWhole(chunk);
      return;
    }
    this.piece ??= Buffer.allocUnsafe(pieceBytes);
    this.piece.set(chunk, this.filled);
    this.filled += chunk.byteLength;
  }

  /** Writes what is held. After it, every byte that was given is in the file. */
  async flush(): Promise<void> {
    if (this.piece === undefined || this.filled === 0) return;
    const bytes = this.piece.subarray(0, this.filled);
    this.filled = 0;
    await this.writeWhole(bytes);
  }

  private async writeWhole(bytes: Uint8Array): Promise<void> {
    let done = 0;
    while (done < bytes.byteLength) {
      const { bytesWritten } = await this.file.write(
        bytes,
        done,
        bytes.byteLength - done,
        this.position,
      );
      done += bytesWritten;
      this.position += bytesWritten;
    }
  }
}
