/**
 * Memory for pieces of a file, used again and again.
 *
 * New memory for each piece costs as much as reading it.
 */
import { pieceBytes } from '../limits.js';

/** Two for each of eight blobs that are read at once; more are left to the garbage collector. */
const maxFreePieces = 16;

export class PieceMemory {
  private readonly free: Buffer[] = [];

  /** @param length At most `pieceBytes`. */
  take(length: number): Buffer {
    // Less than a piece is all there is of a small blob, and whole pieces would be too much for it.
    if (length < pieceBytes) return Buffer.allocUnsafeSlow(length);
    return this.free.pop() ?? Buffer.allocUnsafeSlow(pieceBytes);
  }

  giveBack(piece: Buffer): void {
    if (piece.byteLength === pieceBytes && this.free.length < maxFreePieces) this.free.push(piece);
  }
}
