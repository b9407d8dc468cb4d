/** Entries of a tar that the signed list does not name, names elsewhere, or names once. */
import { describe, expect, it } from '@jest/globals';
import { handmadeHeader, slotName, type TarEntry } from '@sallyport/testing';
import { refusalAfter, type ChangeArchive } from '../test-bundles/changed-archives.test.js';

const extra: TarEntry = { name: 'extra', bytes: Buffer.from('extra') };

function present(...entries: readonly (TarEntry | undefined)[]): readonly TarEntry[] {
  return entries.flatMap((entry) => entry ?? []);
}

function swapping(first: number): ChangeArchive {
  return (all) => [
    ...all.slice(0, first),
    ...all.slice(first, first + 2).reverse(),
    ...all.slice(first + 2),
  ];
}

/** Counted from the end when negative. */
function inserting(at: number, make: (all: readonly TarEntry[]) => TarEntry): ChangeArchive {
  return (all) => [...all.slice(0, at), make(all), ...all.slice(at)];
}

function typed(type: string, name: string, bytes: Buffer): TarEntry {
  return { name, bytes, header: handmadeHeader(name, bytes.length, [{ at: 156, bytes: type }]) };
}

function pax(type: string, record: string): TarEntry {
  return typed(type, 'pax', Buffer.from(`${record.length + 4} ${record}\n`));
}

const longName = typed('L', '././@LongLink', Buffer.from('evil\0'));
const longLink = typed('K', '././@LongLink', Buffer.from('/etc/passwd\0'));

const mismatch = 'BUNDLE_HEADER_MISMATCH';
/** A file is refused for its size; from a pipe the first header that differs is met. */
const longer = 'BUNDLE_TRAILING_BYTES or BUNDLE_HEADER_MISMATCH';
const shorter = 'BUNDLE_TRUNCATED or BUNDLE_HEADER_MISMATCH';

describe('reading the entries of a tar in another order', () => {
  it.each<readonly [what: string, archive: ChangeArchive, code: string]>([
    ['two blobs swapped', swapping(7), mismatch],
    ['two documents swapped', swapping(3), mismatch],
    ['the signature before the list', swapping(0), 'BUNDLE_NOT_A_BUNDLE'],
    ['oci-layout before the signature', swapping(1), mismatch],
    ['the list last', ([list, ...rest]) => present(...rest, list), 'BUNDLE_NOT_A_BUNDLE'],
    [
      'a blob before index.json',
      ([...all]) => present(...all.slice(0, 3), all.at(-1), ...all.slice(3, -1)),
      mismatch,
    ],
  ])('refuses %s', async (_what, archive, code) => {
    expect(await refusalAfter(archive)).toMatch(new RegExp(`^${code}: `));
  });

  it('refuses at the first of them, by its place', async () => {
    expect(await refusalAfter(swapping(3))).toMatch(
      /expected the header of index.json at byte \d+,/,
    );
  });
});

describe('reading a tar in which an entry is missing', () => {
  it.each<readonly [what: string, index: number, code: string]>([
    ['the signature', 1, mismatch],
    ['oci-layout', 2, mismatch],
    ['index.json', 3, shorter],
    ['manifest.json', 4, shorter],
    ['a manifest', 5, shorter],
    ['a layer in the middle', 7, shorter],
    ['the last layer', 8, shorter],
  ])('refuses it without %s', async (_what, index, code) => {
    const refusal = await refusalAfter((all) => all.filter((_entry, at) => at !== index));
    expect(refusal).toMatch(new RegExp(`^${code}: `));
  });
});

describe('reading a tar with an entry more', () => {
  it.each<readonly [what: string, archive: ChangeArchive, code: string]>([
    ['a blob twice', inserting(-1, (all) => all.at(-2) ?? extra), longer],
    [
      'the last blob twice',
      inserting(-1, (all) => all.at(-1) ?? extra),
      'BUNDLE_TRAILING_BYTES or BUNDLE_PADDING',
    ],
    [
      'a blob twice, the second with other content',
      inserting(-1, (all) => ({ ...(all.at(-2) ?? extra), bytes: Buffer.alloc(600) })),
      longer,
    ],
    ['a stranger in the middle', inserting(6, () => extra), longer],
    ['a stranger before oci-layout', inserting(2, () => extra), mismatch],
    ['a stranger before the signature', inserting(1, () => extra), mismatch],
    ['a stranger before the list', inserting(0, () => extra), 'BUNDLE_NOT_A_BUNDLE'],
    [
      'a third signature without a second',
      inserting(2, (all) => ({ ...(all[1] ?? extra), name: slotName(3) })),
      mismatch,
    ],
    ['the first signature again', inserting(2, (all) => all[1] ?? extra), mismatch],
    [
      'a folder before its files',
      inserting(2, () => typed('5', 'blobs/', Buffer.alloc(0))),
      mismatch,
    ],
    ['a link to a file outside', inserting(-1, () => typed('2', 'blobs', Buffer.alloc(0))), longer],
    [
      'an empty file of no name',
      inserting(5, () => ({ name: '', bytes: Buffer.alloc(0) })),
      longer,
    ],
    [
      'a zero block',
      inserting(5, () => ({ ...extra, header: Buffer.alloc(512), bytes: Buffer.alloc(0) })),
      longer,
    ],
  ])('refuses %s', async (_what, archive, code) => {
    expect(await refusalAfter(archive)).toMatch(new RegExp(`^${code}: `));
  });

  it.each<readonly [what: string, make: (all: readonly TarEntry[]) => TarEntry | undefined]>([
    ['one more blob', () => extra],
    ['index.json again', (all) => all[3]],
    [
      'index.json again with other content',
      (all) => present(all[3]).map((entry) => ({ ...entry, bytes: Buffer.from('{}') }))[0],
    ],
    ['the list again', (all) => all[0]],
    ['a global PAX header', () => pax('g', 'path=evil')],
  ])('refuses %s behind the last entry', async (_what, make) => {
    const refusal = await refusalAfter((all) => present(...all, make(all)));
    expect(refusal).toMatch(/^BUNDLE_TRAILING_BYTES or BUNDLE_PADDING: /);
  });
});

describe('reading a tar with headers for other programs', () => {
  it.each<readonly [what: string, ...entries: readonly TarEntry[]]>([
    ['a PAX path', pax('x', 'path=evil')],
    ['a PAX link path', pax('x', 'linkpath=/etc/passwd')],
    ['a PAX size', pax('x', 'size=1')],
    ['a PAX size before a long name of GNU', pax('x', 'size=512'), longName],
    ['a PAX sparse map', pax('x', 'GNU.sparse.major=1')],
    ['a PAX name of a sparse file', pax('x', 'GNU.sparse.name=evil')],
    ['a PAX header of another kind', pax('X', 'path=evil')],
    ['a global PAX path', pax('g', 'path=evil')],
    ['a global PAX comment', pax('g', 'comment=x')],
    ['a long name of GNU', longName],
    ['a long link of GNU', longLink],
    ['a label of a volume', typed('V', 'volume', Buffer.alloc(0))],
    ['the rest of another volume', typed('M', 'more', Buffer.alloc(0))],
  ])(
    'refuses %s, at the front, before a signature, a document and a layer',
    async (_what, ...more) => {
      for (const [at, code] of [
        [0, 'BUNDLE_NOT_A_BUNDLE'],
        [1, mismatch],
        [2, mismatch],
        [4, longer],
        [8, longer],
      ] as const) {
        const refusal = await refusalAfter((all) => [
          ...all.slice(0, at),
          ...more,
          ...all.slice(at),
        ]);
        expect(refusal).toMatch(new RegExp(`^${code}: `));
      }
    },
  );
});
