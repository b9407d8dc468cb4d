/**
 * Archives whose list is honest and well signed, while the tar around it is not
 * the one that the list prescribes.
 */
import { describe, expect, it } from '@jest/globals';
import {
  handmadeBundle,
  handmadeHeader,
  slotName,
  testSigner,
  type HandmadeOptions,
  type HeaderChange,
  type TarEntry,
} from '@sallyport/testing';
import { pipeOf, provePipe, failureOf, refusalOf, trusting } from '../test-bundles/proving.test.js';
import { openBundle } from './open-bundle.js';

type ChangeArchive = NonNullable<HandmadeOptions['archive']>;

async function refusalAfter(archive: ChangeArchive): Promise<string> {
  return await refusalOf(await handmadeBundle({ archive }));
}

/** Puts another header before the entry at `index`, counted from the end when negative. */
function withHeader(index: number, make: (entry: TarEntry) => Buffer): ChangeArchive {
  return (entries) =>
    entries.map((entry) =>
      entry === entries.at(index) ? { ...entry, header: make(entry) } : entry,
    );
}

function withChanges(index: number, changes: readonly HeaderChange[]): ChangeArchive {
  return withHeader(index, ({ name, bytes }) => handmadeHeader(name, bytes.byteLength, changes));
}

const places: readonly (readonly [place: string, index: number])[] = [
  ['the list', 0],
  ['a signature', 1],
  ['oci-layout', 2],
  ['a manifest', 5],
  ['a layer', -1],
];

const defects: readonly (readonly [defect: string, ...changes: readonly HeaderChange[]])[] = [
  ...Array.from('1234567ASxgLKDMNVX\0').map(
    (type) => [`type ${JSON.stringify(type)}`, { at: 156, bytes: type }] as const,
  ),
  ['mode 0600', { at: 100, bytes: '000600 ' }],
  ['a mode with seven digits', { at: 100, bytes: '0000644' }],
  ['uid 1', { at: 108, bytes: '000001 ' }],
  ['gid 1', { at: 116, bytes: '000001 ' }],
  ['a uid of NULs', { at: 108, bytes: Buffer.alloc(8) }],
  ['mtime 1', { at: 136, bytes: '00000000001 ' }],
  ['a mtime that ends with NUL', { at: 147, bytes: '\0' }],
  ['a size that ends with NUL', { at: 135, bytes: '\0' }],
  ['a size without terminator', { at: 124, bytes: '000000000012' }],
  ['a size with leading spaces', { at: 124, bytes: '         12 ' }],
  ['a size with the digit 8', { at: 124, bytes: '00000000018 ' }],
  ['a size just below 8 GiB', { at: 124, bytes: '77777777777 ' }],
  ['a size in base-256 where octal fits', { at: 124, bytes: base256(0x80, 5) }],
  ['a negative size', { at: 124, bytes: Buffer.alloc(12, 0xff) }],
  ['a link target', { at: 157, bytes: '/etc/passwd' }],
  ['no magic, as before POSIX', { at: 257, bytes: Buffer.alloc(8) }],
  ['the magic of GNU', { at: 257, bytes: 'ustar  \0' }],
  ['a user name', { at: 265, bytes: 'root' }],
  ['a group name', { at: 297, bytes: 'root' }],
  ['devmajor 1', { at: 329, bytes: '000001 ' }],
  ['devminor of NULs', { at: 337, bytes: Buffer.alloc(8) }],
  ['a prefix', { at: 345, bytes: 'sallyport' }],
  ['a byte behind the prefix', { at: 511, bytes: 'x' }],
  ['a byte behind the name', { at: 99, bytes: 'x' }],
];

function base256(first: number, size: number): Buffer {
  const field = Buffer.alloc(12);
  field[0] = first;
  field.writeUInt32BE(size, 8);
  return field;
}

describe.each(places)('reading a header of %s that is not the prescribed one', (_place, index) => {
  it.each(defects)('refuses %s', async (_defect, ...changes) => {
    const refusal = await refusalAfter(withChanges(index, changes));
    // The length of the list is the one number that is read, and it has a limit.
    expect(refusal).toMatch(/^BUNDLE_(?:HEADER_MISMATCH|LIMIT)/);
  });

  it('refuses a wrong checksum', async () => {
    const wrong = withHeader(index, ({ name, bytes }) => {
      const header = handmadeHeader(name, bytes.byteLength);
      header[148] = (header[148] ?? 0) ^ 1;
      return header;
    });
    expect(await refusalAfter(wrong)).toMatch('BUNDLE_HEADER_MISMATCH');
  });

  it('refuses a checksum that is right with signed bytes only', async () => {
    const signedSum = withHeader(index, ({ name, bytes }) => {
      const header = handmadeHeader(name, bytes.byteLength, [{ at: 500, bytes: Buffer.of(0x80) }]);
      const unsigned = Number.parseInt(header.toString('latin1', 148, 154), 8);
      header.write((unsigned - 256).toString(8).padStart(6, '0'), 148);
      return header;
    });
    expect(await refusalAfter(signedSum)).toMatch('BUNDLE_HEADER_MISMATCH');
  });
});

describe('reading the header of the list', () => {
  it.each([
    './sallyport/bundle.json',
    '/sallyport/bundle.json',
    'sallyport//bundle.json',
    'Sallyport/BUNDLE.json',
  ])('refuses the name %s', async (name) => {
    const renamed: ChangeArchive = ([list, ...rest]) => [
      ...(list === undefined ? [] : [{ ...list, name }]),
      ...rest,
    ];
    expect(await refusalAfter(renamed)).toMatch('BUNDLE_HEADER_MISMATCH');
  });

  it.each([
    ['one byte more than a list may have', 16 * 1024 * 1024 + 1, 'BUNDLE_LIMIT'],
    ['just below 8 GiB', 2 ** 33 - 1, 'BUNDLE_LIMIT'],
    ['8 GiB', 2 ** 33, 'BUNDLE_HEADER_MISMATCH'],
  ])('refuses a size of %s before it reads on', async (_what, size, code) => {
    const archive = withHeader(0, ({ name }) => handmadeHeader(name, size));
    const { bytes, publicKeyPem } = await handmadeBundle({ archive });
    const input = pipeOf(bytes);
    const error = await failureOf(openBundle(input, trusting(publicKeyPem)));
    expect(error.code).toBe(code);
    expect(input.position).toBe(512);
  });
});

describe('reading entries that are not those of the list', () => {
  const extra: TarEntry = { name: 'extra', bytes: Buffer.from('extra') };
  const globalPax: TarEntry = pax('g', 'comment=x');

  it.each<readonly [what: string, archive: ChangeArchive]>([
    ['two blobs swapped', (all) => [...all.slice(0, -2), ...all.slice(-2).reverse()]],
    [
      'two documents swapped',
      (all) => [...all.slice(0, 3), ...all.slice(3, 5).reverse(), ...all.slice(5)],
    ],
    ['an entry twice', (all) => [...all.slice(0, -1), ...all.slice(-2)]],
    ['an entry that is missing', (all) => [...all.slice(0, -2), ...all.slice(-1)]],
    ['an extra entry in the middle', (all) => [...all.slice(0, 6), extra, ...all.slice(6)]],
    ['an extra entry before oci-layout', (all) => [...all.slice(0, 2), extra, ...all.slice(2)]],
    ['an extra entry before the signature', (all) => [...all.slice(0, 1), extra, ...all.slice(1)]],
    ['the signature before the list', ([list, slot, ...rest]) => present(slot, list, ...rest)],
    ['no signature', ([list, , ...rest]) => present(list, ...rest)],
    [
      'a gap between signatures',
      (all) => [
        ...all.slice(0, 2),
        { ...present(all[1])[0], name: slotName(3) } as TarEntry,
        ...all.slice(2),
      ],
    ],
    ['a global PAX header first', (all) => [globalPax, ...all]],
    ['a global PAX header later', (all) => [...all.slice(0, 4), globalPax, ...all.slice(4)]],
    [
      'a PAX header with another path',
      (all) => [...all.slice(0, -1), pax('x', 'path=evil'), ...all.slice(-1)],
    ],
    [
      'a PAX header with another size',
      (all) => [...all.slice(0, -1), pax('x', 'size=1'), ...all.slice(-1)],
    ],
    [
      'a PAX size before a GNU long name',
      (all) => [...all.slice(0, -1), pax('x', 'size=512'), pax('L', 'evil\0'), ...all.slice(-1)],
    ],
    [
      'a PAX sparse map',
      (all) => [...all.slice(0, -1), pax('x', 'GNU.sparse.major=1'), ...all.slice(-1)],
    ],
    [
      'a folder before its files',
      (all) => [
        ...all.slice(0, 2),
        {
          name: 'blobs/',
          bytes: Buffer.alloc(0),
          header: handmadeHeader('blobs/', 0, [{ at: 156, bytes: '5' }]),
        },
        ...all.slice(2),
      ],
    ],
  ])('refuses %s', async (_what, archive) => {
    expect(await refusalAfter(archive)).toMatch(
      /^BUNDLE_(?:HEADER_MISMATCH|NOT_A_BUNDLE|TRAILING_BYTES|TRUNCATED)/,
    );
  });

  it.each<readonly [what: string, make: (all: readonly TarEntry[]) => TarEntry | undefined]>([
    ['one more blob', () => extra],
    ['index.json again', (all) => all[3]],
    ['the list again', (all) => all[0]],
  ])('refuses %s behind the last entry', async (_what, make) => {
    const refusal = await refusalAfter((all) => present(...all, make(all)));
    expect(refusal).toMatch(/^BUNDLE_(?:PADDING|TRAILING_BYTES)/);
  });

  it('refuses a second signature in place of another entry by name, not by guess', async () => {
    const refusal = await refusalAfter((all) => [...all.slice(0, 2), ...all.slice(1)]);
    expect(refusal).toMatch('sallyport/bundle.json.2.sigstore.json at byte');
  });

  function present(...entries: readonly (TarEntry | undefined)[]): readonly TarEntry[] {
    return entries.flatMap((entry) => entry ?? []);
  }

  function pax(type: string, record: string): TarEntry {
    const name = type === 'L' ? '././@LongLink' : 'pax';
    const bytes = Buffer.from(type === 'L' ? record : `${record.length + 4} ${record}\n`);
    return { name, bytes, header: handmadeHeader(name, bytes.length, [{ at: 156, bytes: type }]) };
  }
});

describe('reading signatures', () => {
  it('takes eight and refuses a ninth', async () => {
    const signers = Array.from({ length: 8 }, () => testSigner());
    const made = await handmadeBundle({ signers });
    await expect(provePipe(made)).resolves.toBeDefined();
    const ninth = { name: 'sallyport/bundle.json.9.sigstore.json', bytes: Buffer.alloc(2048, ' ') };
    const more = await handmadeBundle({
      signers,
      archive: (all) => [...all.slice(0, 9), ninth, ...all.slice(9)],
    });
    expect(await refusalOf(more)).toMatch('BUNDLE_LIMIT');
  });

  it('refuses a slot of another length', async () => {
    const longer = await refusalAfter((all) =>
      all.map((entry, at) =>
        at === 1 ? { ...entry, bytes: Buffer.alloc(2560, entry.bytes) } : entry,
      ),
    );
    expect(longer).toMatch('BUNDLE_HEADER_MISMATCH');
  });

  it('refuses an empty slot, whatever the rest is worth', async () => {
    const unsigned = await refusalAfter((all) =>
      all.map((entry, at) =>
        at === 1 ? { ...entry, bytes: Buffer.from(`${' '.repeat(2047)}\n`) } : entry,
      ),
    );
    expect(unsigned).toMatch('SIGNATURE_MISSING');
  });

  it('refuses a key that is not trusted', async () => {
    const { bytes } = await handmadeBundle();
    expect(await refusalOf({ bytes, publicKeyPem: testSigner().publicKeyPem })).toMatch(
      'SIGNATURE_UNKNOWN_KEY',
    );
  });

  it('refuses the signature of an earlier list', async () => {
    const signer = testSigner();
    const earlier = await handmadeBundle({
      signers: [signer],
      list: (list) => ({ ...list, sequence: 1 }),
    });
    const slot = earlier.entries[1]?.bytes ?? Buffer.alloc(0);
    const replayed = await handmadeBundle({ signers: [{ ...signer, slot: () => slot }] });
    expect(await refusalOf(replayed)).toMatch('SIGNATURE_WRONG');
  });
});
