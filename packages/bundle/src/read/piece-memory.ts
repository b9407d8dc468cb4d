/**
 * Memory for pieces of a file, used again and again.
 *
 * New memory for each piece costs as much as reading it.
 */
import { readPieceBytes } from '../limits.js';

/** Two for each of eight blobs that are read at once; more are left to the garbage collector. */
const maxFreePieces = 16;

export class PieceMemory {
  private readonly free: Buffer[] = [];

  /** @param length At most `readPieceBytes`. */
  take(length: number): Buffer {
    // Less than a piece is all there is of a small blob, and whole pieces would be too much for it.
    if (length < readPieceBytes) return Buffer.allocUnsafeSlow(length);
    return this.free.pop() ?? Buffer.allocUnsafeSlow(readPieceBytes);
  }

  giveBack(piece: Buffer): void {
    if (piece.byteLength === readPieceBytes && this.free.length < maxFreePieces)
      this.free.push(piece);
  }
}
