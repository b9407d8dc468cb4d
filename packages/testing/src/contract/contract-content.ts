/** Content and streams for the contract tests. */
import { digestOf, type ContentErrorCode, type Descriptor, type OpenContent } from 'oras-js';

export function blobOf(content: string | Uint8Array): Descriptor {
  const bytes = Buffer.from(content);
  return { mediaType: 'application/octet-stream', digest: digestOf(bytes), size: bytes.length };
}

/** Opens bytes in pieces of that length. */
export function inPieces(content: string | Uint8Array, pieceBytes: number): OpenContent {
  const bytes = Buffer.from(content);
  return async () =>
    (async function* () {
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        yield bytes.subarray(at, at + pieceBytes);
      }
    })();
}

/** Gives `content` and then fails with `error`. */
export function failingAfter(content: string, error: unknown): OpenContent {
  return async () =>
    (async function* () {
      yield Buffer.from(content);
      throw error;
    })();
}

/** Gives `content`, calls `onWaiting`, and then gives nothing more until it is aborted. */
export function stallingAfter(content: string, onWaiting: () => void): OpenContent {
  return async (options = {}) =>
    (async function* () {
      yield Buffer.from(content);
      await new Promise((_resolve, reject) => {
        options.signal?.addEventListener('abort', () => {
          reject(options.signal?.reason as Error);
        });
        onWaiting();
      });
    })();
}

/** Gives `content` in two pieces, calls `onHalf` between them, and listens to nobody. */
export function deaf(content: string, onHalf: () => void): OpenContent {
  const bytes = Buffer.from(content);
  const half = bytes.length >> 1;
  return async () =>
    (async function* () {
      yield bytes.subarray(0, half);
      onHalf();
      yield bytes.subarray(half);
    })();
}

export async function bytesOf(chunks: Promise<AsyncIterable<Uint8Array>>): Promise<Buffer> {
  const kept: Uint8Array[] = [];
  for await (const chunk of await chunks) kept.push(chunk);
  return Buffer.concat(kept);
}

/** To compare with `toMatchObject`. */
export function coded(code: ContentErrorCode): { readonly code: ContentErrorCode } {
  return { code };
}
