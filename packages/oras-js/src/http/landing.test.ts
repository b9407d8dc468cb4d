import { describe, expect, it } from '@jest/globals';
import { noise } from '@sallyport/testing';
import { Landing, type PlaceGiver } from './landing.js';
import { giveBack, slabBytes } from './slabs.js';

const recordBytes = 16 * 1024;

/** Wants `memory` filled from its start, as the reader of one answer does. */
function wanting(memory: Buffer): PlaceGiver & { taken: number } {
  return {
    taken: 0,
    memory(ahead) {
      return ahead + this.taken < memory.byteLength
        ? memory.subarray(this.taken + ahead)
        : undefined;
    },
  };
}

/** Puts `bytes` there as TLS does: piece by piece, asking for room before each. */
function arrive(landing: Landing, bytes: Buffer, giver?: PlaceGiver, most = recordBytes): void {
  for (let rest = bytes; rest.byteLength > 0;) {
    const room = landing.room(giver);
    expect(room.byteLength).toBeGreaterThan(0);
    const count = rest.copy(room, 0, 0, most);
    landing.came(count);
    rest = rest.subarray(count);
  }
}

const saying = (text: string, count: number): Buffer => Buffer.alloc(count, text);

describe('where the bytes of a connection land', () => {
  it('is one stretch of a slab for all that came before it was taken', () => {
    const landing = new Landing();
    const bytes = saying('abc', 20 * recordBytes);
    arrive(landing, bytes);
    const taken = landing.take();
    expect(taken).toHaveLength(1);
    expect(taken[0]?.equals(bytes)).toBe(true);
    expect(landing.take()).toEqual([]);
    landing.leave();
  });

  it('is never on what was taken and not given back', () => {
    const landing = new Landing();
    const parts: Buffer[] = [];
    const all = Buffer.concat(
      Array.from({ length: 26 }, (_, at) => noise(`${at}`, 5 * recordBytes)),
    );
    for (let at = 0; at < all.byteLength; at += 5 * recordBytes) {
      arrive(landing, all.subarray(at, at + 5 * recordBytes));
      parts.push(...landing.take());
    }
    expect(Buffer.concat(parts).equals(all)).toBe(true);
    for (const part of parts) giveBack(part);
    landing.leave();
  });

  it('is the same few pages again when everything came back', () => {
    const landing = new Landing();
    const places = new Set<number>();
    for (let round = 0; round < 50; round += 1) {
      arrive(landing, saying('x', 100));
      for (const part of landing.take()) {
        places.add(part.byteOffset);
        giveBack(part);
      }
    }
    expect([...places].sort()).toEqual([0]);
    landing.leave();
  });

  it('goes on in another slab when more comes than one has room for', () => {
    const landing = new Landing();
    const bytes = Buffer.concat([saying('a', slabBytes), saying('b', slabBytes)]);
    arrive(landing, bytes, undefined, recordBytes - 5);
    const taken = landing.take();
    expect(Buffer.concat(taken).equals(bytes)).toBe(true);
    expect(new Set(taken.map(({ buffer }) => buffer)).size).toBeGreaterThan(1);
    for (const part of taken) giveBack(part);
    landing.leave();
  });

  it('is where it is wanted, and then not beyond that', () => {
    const landing = new Landing();
    const memory = Buffer.alloc(3 * recordBytes + 7);
    const bytes = saying('abcdefg', 5 * recordBytes);
    arrive(landing, bytes, wanting(memory));
    const taken = landing.take();
    expect(Buffer.concat(taken).equals(bytes)).toBe(true);
    expect(taken[0]?.buffer).toBe(memory.buffer);
    expect(memory.equals(bytes.subarray(0, memory.byteLength))).toBe(true);
    for (const part of taken) giveBack(part);
    landing.leave();
  });

  it('is where it is wanted once somebody says so, after what is in a slab already', () => {
    const landing = new Landing();
    const bytes = saying('abcdefg', 6 * recordBytes);
    arrive(landing, bytes.subarray(0, recordBytes));
    const memory = Buffer.alloc(bytes.byteLength);
    arrive(landing, bytes.subarray(recordBytes), wanting(memory));
    const taken = landing.take();
    expect(Buffer.concat(taken).equals(bytes)).toBe(true);
    expect(memory.subarray(recordBytes).equals(bytes.subarray(recordBytes))).toBe(true);
    expect(memory.subarray(0, recordBytes).every((byte) => byte === 0)).toBe(true);
    // Back in the slab, behind what is still lent there.
    arrive(landing, saying('z', 10));
    const [last] = landing.take();
    expect(taken[0]?.equals(bytes.subarray(0, recordBytes))).toBe(true);
    expect(last?.toString()).toBe('zzzzzzzzzz');
    landing.leave();
  });

  it('is a whole slab once a quarter of one is lent', () => {
    const landing = new Landing();
    arrive(landing, saying('x', slabBytes / 4));
    const taken = landing.take();
    expect(landing.room(undefined).byteLength).toBe(slabBytes);
    for (const part of taken) giveBack(part);
    landing.leave();
  });

  it('gives back what nobody took', () => {
    const landing = new Landing();
    const memory = landing.room(undefined).buffer;
    arrive(landing, saying('x', recordBytes));
    landing.leave();
    const next = new Landing();
    expect(next.room(undefined).buffer).toBe(memory);
    next.leave();
  });
});
