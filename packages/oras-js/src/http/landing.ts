/**
 * Where the bytes of one connection are put as they come: where their reader wants them, else in a slab.
 *
 * What came is held back until it is taken: TLS brings 16 KiB at a time, and every chunk costs its reader the same.
 */
import { giveBack, isAllBack, lend, slabBytes, takeSlab } from './slabs.js';

/** A connection that has filled so much of a slab, and not got it back, is better off with a whole one. */
const muchBytes = slabBytes / 4;

/** Whose bytes they are. */
export interface PlaceGiver {
  /**
   * Where bytes are wanted that come after `aheadBytes` others, which were not taken yet. Undefined for no place of
   * its own: they are then lent. Must not throw.
   */
  memory(aheadBytes: number): Buffer | undefined;
}

export class Landing {
  private slab = takeSlab();
  /** The slab, or what a reader named. */
  private place = this.slab;
  /** Of the place: from here on bytes came and were not cut off yet. */
  private start = 0;
  private end = 0;
  /** Of the slab, while the place is another one. */
  private usedOfSlab = 0;
  /** Came before those in the place. */
  private parts: Buffer[] = [];
  private heldBytes = 0;

  /** @returns Where the next bytes go. Never empty: TLS would look for room for ever. */
  room(giver: PlaceGiver | undefined): Buffer {
    if (this.isFull() || this.place === this.slab) this.choosePlace(giver?.memory(this.heldBytes));
    return this.place.subarray(this.end);
  }

  /** So many bytes came where there was room. */
  came(count: number): void {
    this.end += count;
    this.heldBytes += count;
  }

  /** @returns All that came, in its order. Parts of a slab are lent. */
  take(): readonly Buffer[] {
    this.cut();
    const { parts } = this;
    this.parts = [];
    this.heldBytes = 0;
    return parts;
  }

  /** Nothing comes any more. */
  leave(): void {
    for (const part of this.take()) giveBack(part);
    giveBack(this.slab);
  }

  private choosePlace(wanted: Buffer | undefined): void {
    if (wanted !== undefined && wanted.byteLength > 0) {
      this.cut();
      if (this.place === this.slab) this.usedOfSlab = this.end;
      this.moveTo(wanted, 0);
      return;
    }
    if (this.place !== this.slab) {
      this.cut();
      this.moveTo(this.slab, this.usedOfSlab);
    }
    // Answers without a body come into the same few pages of memory again and again.
    if (this.start === this.end && isAllBack(this.slab)) this.moveTo(this.slab, 0);
    else if (this.isFull() || (this.start === this.end && this.end >= muchBytes)) this.changeSlab();
  }

  private isFull(): boolean {
    return this.end === this.place.byteLength;
  }

  private changeSlab(): void {
    this.cut();
    giveBack(this.slab);
    this.slab = takeSlab();
    this.moveTo(this.slab, 0);
  }

  private moveTo(place: Buffer, at: number): void {
    this.place = place;
    this.start = at;
    this.end = at;
  }

  private cut(): void {
    if (this.start === this.end) return;
    const part = this.place.subarray(this.start, this.end);
    if (this.place === this.slab) lend(part);
    this.parts.push(part);
    this.start = this.end;
  }
}
