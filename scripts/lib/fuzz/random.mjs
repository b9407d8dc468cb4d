/** Randomness that a seed repeats: the same seed gives the same choices on every machine. */

export class Random {
  #state;

  /** @param {string} seed */
  constructor(seed) {
    // FNV-1a, so that seeds that differ in one character share nothing.
    let hash = 0x811c9dc5;
    for (const byte of Buffer.from(seed)) hash = Math.imul(hash ^ byte, 0x01000193);
    this.#state = hash >>> 0;
  }

  /** An integer from 0 to `below` − 1. */
  below(below) {
    // mulberry32: 32 bits of state are enough for choices, and nothing here is a secret.
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  }

  /** True once in `times`. */
  once(times) {
    return this.below(times) === 0;
  }

  pick(items) {
    return items[this.below(items.length)];
  }

  /** Small numbers often, large ones seldom, none above `most`. */
  small(most) {
    return 1 + this.below(Math.min(most, 2 ** (1 + this.below(16))));
  }
}
