/**
 * Bytes that compress about as well as the files of real images do: 7 kB that do not compress at all,
 * then 25 kB of words, and so on. The same seed gives the same bytes.
 */
import { createCipheriv, createHash } from 'node:crypto';

const noiseBytes = 7_000;
const wordBytes = 25_000;
/** Far more than what gzip looks back upon, so that no two places of it help each other. */
const poolBytes = 4 * 1024 * 1024;
/** Words that there are. */
const vocabulary = 4096;
const letters = 'abcdefghijklmnopqrstuvwxyz';

/** What compression makes of it, by measurement: compressed ÷ plain. */
export const compressedShare = 0.626;

export class MixedContent {
  constructor(seed) {
    const key = createHash('sha256').update(seed).digest();
    this.cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
    this.words = wordsFrom(this.noise(poolBytes));
  }

  noise(size) {
    return this.cipher.update(Buffer.alloc(size));
  }

  /** @returns {number} At least 0 and below `limit`. */
  below(limit) {
    return this.noise(4).readUInt32LE() % limit;
  }

  /** The next `size` bytes. */
  take(size) {
    const pieces = [];
    for (let left = size; left > 0; left -= noiseBytes + wordBytes) {
      const start = this.below(poolBytes - wordBytes);
      pieces.push(this.noise(noiseBytes), this.words.subarray(start, start + wordBytes));
    }
    return Buffer.concat(pieces).subarray(0, size);
  }
}

/** Any of a few thousand words, one after the other. */
function wordsFrom(noise) {
  const words = Array.from({ length: vocabulary }, (_, at) =>
    wordOf(noise.subarray(at * 10, at * 10 + 10)),
  );
  const chosen = [];
  for (let at = 0, size = 0; size < poolBytes; at += 2) {
    const word = words[noise.readUInt16LE(at) % vocabulary];
    chosen.push(word);
    size += word.length;
  }
  return Buffer.from(chosen.join(''));
}

/** Two to nine letters and a space. */
function wordOf([lengthSeed, ...seeds]) {
  const length = 2 + (lengthSeed % 8);
  return `${seeds
    .slice(0, length)
    .map((seed) => letters[seed % letters.length])
    .join('')} `;
}
