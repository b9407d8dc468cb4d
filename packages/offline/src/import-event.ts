/** What an import or a verification says while it runs. Nothing in here decides anything. */
import type { Digest } from 'oras-js';
import type { ImageProof } from './prove/image-proof.js';

export type ImportEvent =
  | { readonly type: 'checked'; readonly images: number; readonly bytes: number }
  | { readonly type: 'blob-started'; readonly digest: Digest; readonly bytes: number }
  /** `count` more bytes of a blob were read from the bundle. */
  | { readonly type: 'bytes'; readonly digest: Digest; readonly count: number }
  | {
      readonly type: 'blob-done';
      readonly digest: Digest;
      readonly bytes: number;
      readonly outcome: BlobOutcome;
    }
  | { readonly type: 'tagged'; readonly name: string; readonly digest: Digest }
  /** It was pulled as a runner pulls it. Once more after content was lost and sent again. */
  | { readonly type: 'proved'; readonly proof: ImageProof };

/** What happened to a blob: sent, found at the destination, or only proven. */
export type BlobOutcome = 'pushed' | 'present' | 'proven';

export type OnImportEvent = (event: ImportEvent) => void;

/** What is to be called as bytes of a blob are read, when there is anybody to tell. */
export function tellBytes(
  digest: Digest,
  onEvent: OnImportEvent | undefined,
): ((count: number) => void) | undefined {
  if (onEvent === undefined) return undefined;
  return (count) => {
    onEvent({ type: 'bytes', digest, count });
  };
}
