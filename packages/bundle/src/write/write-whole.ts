/** Writes all of the bytes, where one call of the system may take only some of them. */

/** What of a file handle is needed. */
export interface TakesPieces {
  writev(
    pieces: readonly Uint8Array[],
    position?: number,
  ): Promise<{ readonly bytesWritten: number }>;
}

/**
 * A short write is legal (a signal, a nearly full disk); the rest follows, or its error does.
 *
 * @param position Undefined to append.
 */
export async function writeWhole(
  handle: TakesPieces,
  pieces: readonly Uint8Array[],
  position?: number,
): Promise<void> {
  const expected = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  const { bytesWritten } = await handle.writev(pieces, position);
  if (bytesWritten === expected) return;
  const rest = Buffer.concat(pieces).subarray(bytesWritten);
  await writeWhole(handle, [rest], position === undefined ? undefined : position + bytesWritten);
}
