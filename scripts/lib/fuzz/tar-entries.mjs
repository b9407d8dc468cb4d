/** A tar as whole blocks, split and put together without judging it: what is odd in a header stays odd. */
import { handmadeHeader } from '@sallyport/testing';

const blockBytes = 512;

/** @returns {{ header: Buffer, content: Buffer, at: number, end: number }[]} With the blocks of each; up to the first zero block, or to where a size leads too far. */
export function splitTar(bytes) {
  const entries = [];
  for (let at = 0; at + blockBytes <= bytes.length;) {
    const header = bytes.subarray(at, at + blockBytes);
    if (header[0] === 0) break;
    const size = Number.parseInt(header.toString('latin1', 124, 135), 8) || 0;
    const content = bytes.subarray(at + blockBytes, at + blockBytes + size);
    const end = at + blockBytes + Math.ceil(size / blockBytes) * blockBytes;
    entries.push({ header, content, at, end });
    at = end;
  }
  return entries;
}

export function joinTar(entries) {
  const blocks = entries.flatMap(({ header, content }) => [
    header,
    content,
    Buffer.alloc((blockBytes - (content.length % blockBytes)) % blockBytes),
  ]);
  return Buffer.concat([...blocks, Buffer.alloc(2 * blockBytes)]);
}

export function nameOf({ header }) {
  return header.toString('latin1', 0, 100).replace(/\0.*$/s, '');
}

/** The entry of that name with this content, in the form of a bundle. */
export function plainEntry(name, content) {
  return { header: handmadeHeader(name.slice(0, 100), content.length), content };
}
