/** What is said between a hashing thread and whoever gives it work. */

/** A part of the open file, in bytes. */
export interface HashJob {
  readonly descriptor: number;
  readonly position: number;
  readonly length: number;
}

export type HashAnswer =
  /** `count` more bytes were read and hashed. */
  | { readonly type: 'bytes'; readonly count: number }
  | { readonly type: 'digest'; readonly hex: string }
  /** The file ends at this byte, before the job does. */
  | { readonly type: 'ended'; readonly at: number }
  /** The system's word for why reading failed. */
  | { readonly type: 'unreadable'; readonly code: string | undefined; readonly message: string };
