/**
 * Tar entries made by hand, right or wrong as a test wants them.
 *
 * Written from docs/bundle-format.md alone and sharing no code with the bundle
 * package, so the two only agree when both do what that page says.
 */

export interface TarEntry {
  readonly name: string;
  readonly bytes: Buffer;
  /** In place of the header that the format prescribes. */
  readonly header?: Buffer;
}

export interface PlacedTarEntry extends TarEntry {
  readonly headerAt: number;
  readonly contentAt: number;
}

/** Fields of a header by their offset; what is named here is written over the prescribed bytes. */
export interface HeaderChange {
  readonly at: number;
  readonly bytes: string | Uint8Array;
}

/** @param changes Applied before the checksum is made, so that it is right around the defect. */
export function handmadeHeader(
  name: string,
  size: number,
  changes: readonly HeaderChange[] = [],
): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0, 'latin1');
  header.write('000644 ', 100, 'latin1');
  header.write('000000 ', 108, 'latin1');
  header.write('000000 ', 116, 'latin1');
  sizeField(size).copy(header, 124);
  header.write('00000000000 ', 136, 'latin1');
  header.write('0', 156, 'latin1');
  header.write('ustar', 257, 'latin1');
  header.write('00', 263, 'latin1');
  header.write('000000 ', 329, 'latin1');
  header.write('000000 ', 337, 'latin1');
  for (const { at, bytes } of changes) Buffer.from(bytes as string).copy(header, at);
  return withChecksum(header);
}

/** The header with the checksum that its other bytes have. */
export function withChecksum(header: Buffer): Buffer {
  const summed = Buffer.from(header);
  summed.write('        ', 148, 'latin1');
  const sum = summed.reduce((total, byte) => total + byte, 0);
  summed.write(`${sum.toString(8).padStart(6, '0')} `, 148, 'latin1');
  summed[155] = 0;
  return summed;
}

/** Header, content and padding of each entry, then two zero blocks. */
export function handmadeTar(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.map(entryBytes), Buffer.alloc(1024)]);
}

export function placesOf(entries: readonly TarEntry[]): readonly PlacedTarEntry[] {
  let at = 0;
  return entries.map((entry) => {
    const placed = { ...entry, headerAt: at, contentAt: at + 512 };
    at += entryBytes(entry).byteLength;
    return placed;
  });
}

function entryBytes({ name, bytes, header }: TarEntry): Buffer {
  const padding = Buffer.alloc((512 - (bytes.byteLength % 512)) % 512);
  return Buffer.concat([header ?? handmadeHeader(name, bytes.byteLength), bytes, padding]);
}

function sizeField(size: number): Buffer {
  if (size < 2 ** 33) return Buffer.from(`${size.toString(8).padStart(11, '0')} `);
  const field = Buffer.alloc(12);
  field.writeBigUInt64BE(BigInt(size), 4);
  field[0] = 0x80;
  return field;
}
