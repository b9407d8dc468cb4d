/** Bundles whose list is honest and well signed, in a tar that is not the one it prescribes. */
import { describe, expect, it } from '@jest/globals';
import {
  handmadeBundle,
  handmadeHeader,
  type HandmadeOptions,
  type HeaderChange,
  type TarEntry,
} from '@sallyport/testing';
import { refusalOf } from './proving.test.js';

export type ChangeArchive = NonNullable<HandmadeOptions['archive']>;

/** Code and message; two codes with "or" where a file is refused for its size before its content is looked at. */
export async function refusalAfter(archive: ChangeArchive): Promise<string> {
  return await refusalOf(await handmadeBundle({ archive }));
}

/** Puts another header before the entry at `index`, counted from the end when negative. */
export function withHeader(index: number, make: (entry: TarEntry) => Buffer): ChangeArchive {
  return (entries) =>
    entries.map((entry) =>
      entry === entries.at(index) ? { ...entry, header: make(entry) } : entry,
    );
}

/** The same with some bytes of the prescribed header changed, and a checksum that is right. */
export function withChanges(index: number, changes: readonly HeaderChange[]): ChangeArchive {
  return withHeader(index, ({ name, bytes }) => handmadeHeader(name, bytes.byteLength, changes));
}

describe('changing a tar around what was signed', () => {
  it('is refused, and only because of the change', async () => {
    const size = (entry: TarEntry): Buffer => handmadeHeader(entry.name, entry.bytes.length);
    const { bytes, publicKeyPem } = await handmadeBundle();
    const same = await handmadeBundle({ archive: withHeader(3, size) });
    expect(same.bytes.length).toBe(bytes.length);
    expect(publicKeyPem).not.toBe(same.publicKeyPem);
    expect(await refusalAfter(withChanges(3, [{ at: 99, bytes: 'x' }]))).toMatch(
      /^BUNDLE_HEADER_MISMATCH: expected the header of index.json/,
    );
  });
});
