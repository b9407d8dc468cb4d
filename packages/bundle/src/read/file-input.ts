/**
 * A bundle in a file.
 *
 * Opened once and read through that one descriptor: a file that is replaced
 * by name afterwards has no effect.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { constants } from 'node:fs';
import type { CallOptions, ReadOptions } from 'oras-js';
import { BundleError } from '../bundle-error.js';
import { readPieceBytes } from '../limits.js';
import { PromptFile } from '../prompt-file.js';
import { PieceMemory } from './piece-memory.js';
import { trailing, truncated, unreadable, type BundleInput, type ReadAt } from './bundle-input.js';

/** @throws BundleError `BUNDLE_UNREADABLE` when there is no regular file to read. */
export async function openFileInput(file: string): Promise<BundleInput> {
  let handle: FileHandle | undefined;
  try {
    // Without O_NONBLOCK a FIFO without a writer would hold the open for ever.
    handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const { size } = await requireRegularFile(handle, file);
    return new FileInput(file, handle, size);
  } catch (error) {
    await handle?.close();
    throw error instanceof BundleError ? error : unreadable(file, error);
  }
}

async function requireRegularFile(handle: FileHandle, file: string): Promise<{ size: number }> {
  const found = await handle.stat();
  if (found.isFile()) return found;
  throw new BundleError(
    'BUNDLE_UNREADABLE',
    `expected a regular file at ${file}, found something else`,
    {
      hint: 'to read from a pipe, name "-" and connect it to standard input',
    },
  );
}

class FileInput implements BundleInput {
  readonly name: string;
  readonly at: ReadAt;
  position = 0;
  private readonly handle: FileHandle;
  private readonly prompt: PromptFile;
  private readonly memory = new PieceMemory();

  constructor(name: string, handle: FileHandle, size: number) {
    this.name = name;
    this.handle = handle;
    this.prompt = new PromptFile(handle);
    this.at = {
      size,
      descriptor: handle.fd,
      read: (position, length, options) => this.readWhole(position, length, options),
      stream: (position, length, options) =>
        options?.lendChunks === true
          ? this.lendPieces(position, length, options)
          : this.readPieces(position, length, options),
      expectEnd: (position) => this.expectEndAt(position),
    };
  }

  async read(length: number, options?: CallOptions): Promise<Buffer> {
    const bytes = await this.readWhole(this.position, length, options);
    this.position += length;
    return bytes;
  }

  async *stream(length: number, options?: CallOptions): AsyncGenerator<Uint8Array> {
    for await (const piece of this.readPieces(this.position, length, options)) {
      this.position += piece.byteLength;
      yield piece;
    }
  }

  async expectEnd(): Promise<void> {
    await this.expectEndAt(this.position);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.handle.close();
  }

  private async expectEndAt(position: number): Promise<void> {
    const { bytesRead } = await this.readSome(Buffer.alloc(1), position);
    if (bytesRead > 0) throw trailing(this.name, position);
  }

  private async *readPieces(
    position: number,
    length: number,
    options?: CallOptions,
  ): AsyncGenerator<Uint8Array> {
    for (let done = 0; done < length;) {
      const piece = await this.readWhole(
        position + done,
        Math.min(readPieceBytes, length - done),
        options,
      );
      done += piece.byteLength;
      yield piece;
    }
  }

  /** As `readPieces`, each good until the next one is asked for, which is read meanwhile where that takes a thread. */
  private async *lendPieces(
    position: number,
    length: number,
    options: ReadOptions,
  ): AsyncGenerator<Uint8Array> {
    const end = position + length;
    let ahead: Promise<Buffer> | undefined;
    try {
      for (let at = position; at < end;) {
        const piece = await (ahead ?? this.nextPiece(at, end, options));
        at += piece.byteLength;
        const isAtOnce = at >= end || this.prompt.readsAtOnce(Math.min(readPieceBytes, end - at));
        ahead = isAtOnce ? undefined : this.nextPiece(at, end, options);
        yield piece;
        // Not so when the reader has left: who knows what still looks at it.
        this.memory.giveBack(piece);
      }
    } finally {
      // Whoever closes the file next must not close it under a read.
      await ahead?.catch(() => undefined);
    }
  }

  private nextPiece(at: number, end: number, options: CallOptions): Promise<Buffer> {
    const piece = this.memory.take(Math.min(readPieceBytes, end - at));
    const reading = this.fill(piece, at, options);
    // Whoever leaves before asking for the piece does not learn of its failure.
    reading.catch(() => undefined);
    return reading;
  }

  private async readWhole(
    position: number,
    length: number,
    options?: CallOptions,
  ): Promise<Buffer> {
    return this.fill(Buffer.allocUnsafeSlow(length), position, options);
  }

  private async fill(bytes: Buffer, position: number, options?: CallOptions): Promise<Buffer> {
    for (let filled = 0; filled < bytes.byteLength;) {
      options?.signal?.throwIfAborted();
      const { bytesRead } = await this.readSome(bytes.subarray(filled), position + filled);
      if (bytesRead === 0) throw truncated(this.name, position + filled);
      filled += bytesRead;
    }
    return bytes;
  }

  private async readSome(into: Buffer, position: number): Promise<{ bytesRead: number }> {
    try {
      return await this.prompt.read(into, position);
    } catch (error) {
      throw unreadable(this.name, error);
    }
  }
}
