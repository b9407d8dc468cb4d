/**
 * Reads DER that somebody else wrote, one element after the other.
 *
 * Only the one shortest spelling of each value is taken: no indefinite or
 * padded length, no padded or negative integer, nothing left over.
 *
 * @see https://www.itu.int/rec/T-REC-X.690-202102-I
 */
import { derTags } from './der-writer.js';

/** Why DER was refused; turned into the reader's own error by whoever knows what the bytes are. */
export class DerError extends Error {
  override readonly name = 'DerError';
}

export class DerReader {
  private at = 0;
  private readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** A reader of what is inside the next element, which must be a SEQUENCE. */
  sequence(): DerReader {
    return new DerReader(this.take(derTags.sequence));
  }

  octetString(): Buffer {
    return this.take(derTags.octetString);
  }

  /** A non-negative INTEGER of any size. */
  integer(): bigint {
    const bytes = this.take(derTags.integer);
    const first = bytes[0];
    if (first === undefined) throw new DerError('expected an integer, found one without bytes');
    if (first >= 0x80) throw new DerError('expected a positive integer, found a negative one');
    if (first === 0 && bytes.length > 1 && (bytes[1] ?? 0) < 0x80) {
      throw new DerError('expected an integer in its shortest form, found leading zeros');
    }
    return BigInt(`0x${bytes.toString('hex')}`);
  }

  /** The content of the next element. */
  take(tag: number): Buffer {
    const found = this.bytes[this.at];
    if (found !== tag) throw new DerError(`expected tag ${hex(tag)}, found ${hex(found)}`);
    this.at += 1;
    const size = this.length();
    const end = this.at + size;
    if (end > this.bytes.length) {
      throw new DerError(`expected ${size} bytes, found ${this.bytes.length - this.at}`);
    }
    const content = this.bytes.subarray(this.at, end);
    this.at = end;
    return content;
  }

  expectEnd(): void {
    const left = this.bytes.length - this.at;
    if (left > 0) throw new DerError(`expected the end, found ${left} more bytes`);
  }

  private length(): number {
    const first = this.bytes[this.at++] ?? 0;
    if (first < 0x80) return first;
    const count = first & 0x7f;
    // Three bytes name 16 MiB: far above every key and signature read here.
    if (count === 0 || count > 3 || this.at + count > this.bytes.length) {
      throw new DerError('expected a length of at most three bytes');
    }
    const size = this.bytes.readUIntBE(this.at, count);
    this.at += count;
    if (size < 0x80 || size < 2 ** (8 * (count - 1))) {
      throw new DerError('expected a length in its shortest form');
    }
    return size;
  }
}

function hex(byte: number | undefined): string {
  return byte === undefined ? 'the end' : `0x${byte.toString(16).padStart(2, '0')}`;
}
