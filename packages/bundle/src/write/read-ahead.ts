/**
 * Small entries are fetched before their turn, so that a stream of many of them
 * does not wait for an answer each time. Large ones come when it is their turn.
 */
import { verifyContent, type CallOptions } from 'oras-js';
import type { BundleEntry } from '../list/bundle-manifest.js';
import type { OpenEntry } from './write-options.js';

/** Held in memory: at most this many entries of at most this size. */
const maxHeld = 8;
const maxHeldBytes = 512 * 1024;

export class ReadAhead implements Disposable {
  private readonly entries: readonly BundleEntry[];
  private readonly openEntry: OpenEntry;
  private readonly held = new Map<number, Promise<readonly Uint8Array[]>>();
  private readonly given = new AbortController();
  private readonly signal: AbortSignal;

  constructor(entries: readonly BundleEntry[], openEntry: OpenEntry, { signal }: CallOptions) {
    this.entries = entries;
    this.openEntry = openEntry;
    this.signal =
      signal === undefined ? this.given.signal : AbortSignal.any([signal, this.given.signal]);
  }

  /** The content of the entry at `index`, proven; to be called for one after the other. */
  async *contentOf(index: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (let next = index; next < index + maxHeld; next += 1) this.prepare(next);
    const held = this.held.get(index);
    this.held.delete(index);
    if (held !== undefined) yield* await held;
    else yield* this.open(index);
  }

  /** What is under way and no longer wanted is given up. */
  [Symbol.dispose](): void {
    this.given.abort();
  }

  private prepare(index: number): void {
    const size = this.entries[index]?.size;
    if (size === undefined || size > maxHeldBytes || this.held.has(index)) return;
    const content = this.gather(index);
    // It is looked at when its turn comes, if that comes.
    content.catch(() => undefined);
    this.held.set(index, content);
  }

  private async gather(index: number): Promise<readonly Uint8Array[]> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.open(index)) chunks.push(chunk);
    return chunks;
  }

  private async *open(index: number): AsyncGenerator<Uint8Array, void, undefined> {
    const entry = this.entries[index];
    if (entry === undefined) throw new RangeError(`no entry ${index}`);
    yield* verifyContent(await this.openEntry(entry, { signal: this.signal }), entry);
  }
}
