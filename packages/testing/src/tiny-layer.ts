/** Layers of a few bytes that are real ones all the same: a gzip'd tar with files in it, always the same for the same seed. */
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { digestOf, type Digest } from 'oras-js';
import { pack } from 'tar-stream';

export interface TinyLayer {
  readonly bytes: Buffer;
  /** Digest of the tar before compression, as an image config lists it. */
  readonly diffId: Digest;
}

/** @param fileBytes Length of the one file in the layer; its content does not compress. */
export async function tinyLayer(seed: string, fileBytes: number): Promise<TinyLayer> {
  const tar = pack();
  const name = `layer-${createHash('sha256').update(seed).digest('hex').slice(0, 12)}.bin`;
  tar.entry({ name, ...fixedHeader }, noise(seed, fileBytes));
  tar.finalize();
  const plain = await buffer(tar);
  return { bytes: storedGzip(plain), diffId: digestOf(plain) };
}

// Compressed bytes differ between versions of zlib, stored ones do not; byte 9 names the machine.
function storedGzip(plain: Buffer): Buffer {
  const bytes = gzipSync(plain, { level: 0 });
  bytes[9] = 0xff;
  return bytes;
}

const fixedHeader = { mode: 0o644, uid: 0, gid: 0, uname: '', gname: '', mtime: new Date(0) };

/** Bytes that look random and are a function of the seed alone. */
export function noise(seed: string, lengthBytes: number): Buffer {
  if (lengthBytes === 0) return Buffer.alloc(0);
  return createHash('shake256', { outputLength: lengthBytes }).update(seed).digest();
}
