/**
 * The 512 bytes before each entry: plain ustar, every field fixed but name and size.
 *
 * tar-stream writes them when a bundle is made and again when it is read, and
 * a reader compares: whatever a tar parser could be made to misread is a plain
 * mismatch. The bytes are guarded by the golden bundle.
 *
 * @see docs/bundle-format.md
 */
import tar from 'tar-stream';

export const blockBytes = 512;

/** Zeros that follow `size` bytes of content, up to the next block. */
export function paddingOf(size: number): number {
  return (blockBytes - (size % blockBytes)) % blockBytes;
}

/** @param name At most 100 ASCII characters: it has to fit the name field. */
export async function entryHeader(name: string, size: number): Promise<Buffer> {
  const pack = tar.pack();
  // The body is never written. The pack holds nothing but memory, so it is left as it is: ending it
  // early makes an error with a stack trace, which costs ten times as much as the header.
  pack.entry({ ...fixedFields, name, size }, () => undefined);
  return await new Promise((resolve) => {
    pack.once('data', (header) => {
      resolve(header as Buffer);
    });
  });
}

const fixedFields = {
  type: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  uname: '',
  gname: '',
  mtime: new Date(0),
} as const;
