/** Tar headers that are not the one that the signed list prescribes, byte for byte. */
import { describe, expect, it } from '@jest/globals';
import { handmadeBundle, handmadeHeader, type HeaderChange } from '@sallyport/testing';
import {
  refusalAfter,
  withChanges,
  withHeader,
  type ChangeArchive,
} from '../test-bundles/changed-archives.test.js';
import { failureOf, pipeOf, trusting } from '../test-bundles/proving.test.js';
import { openBundle } from './open-bundle.js';

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
  ['a magic that ends with a space', { at: 262, bytes: ' ' }],
  ['another version', { at: 263, bytes: '01' }],
  ['digits of octal with a NUL between', { at: 124, bytes: '0000000\u00001234' }],
  ['a plus sign in the size', { at: 124, bytes: '+0000000012 ' }],
  ['a size with the digit 9', { at: 124, bytes: '00000000019 ' }],
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
    const isLength = index === 0 && changes.some(({ bytes }) => bytes === '77777777777 ');
    expect(refusal).toMatch(isLength ? /^BUNDLE_LIMIT:/ : /^BUNDLE_HEADER_MISMATCH:/);
  });

  it('refuses a wrong checksum', async () => {
    const wrong = withHeader(index, ({ name, bytes }) => {
      const header = handmadeHeader(name, bytes.byteLength);
      header[148] = (header[148] ?? 0) ^ 1;
      return header;
    });
    expect(await refusalAfter(wrong)).toMatch(/^BUNDLE_HEADER_MISMATCH:/);
  });

  it('refuses a checksum that is right with signed bytes only', async () => {
    const signedSum = withHeader(index, ({ name, bytes }) => {
      const header = handmadeHeader(name, bytes.byteLength, [{ at: 500, bytes: Buffer.of(0x80) }]);
      const unsigned = Number.parseInt(header.toString('latin1', 148, 154), 8);
      header.write((unsigned - 256).toString(8).padStart(6, '0'), 148);
      return header;
    });
    expect(await refusalAfter(signedSum)).toMatch(/^BUNDLE_HEADER_MISMATCH:/);
  });
});

describe('reading the header of the list', () => {
  it.each([
    './sallyport/bundle.json',
    '/sallyport/bundle.json',
    'sallyport//bundle.json',
    'SALLYPORT/BUNDLE.JSON',
    './/sallyport/bundle.json',
  ])('refuses the name %s', async (name) => {
    const renamed: ChangeArchive = ([list, ...rest]) => [
      ...(list === undefined ? [] : [{ ...list, name }]),
      ...rest,
    ];
    expect(await refusalAfter(renamed)).toMatch(/^BUNDLE_HEADER_MISMATCH:/);
  });

  it.each([
    ['one byte more than a list may have', 16 * 1024 * 1024 + 1, 'BUNDLE_LIMIT'],
    ['ten million entries', 10_000_000 * 200, 'BUNDLE_LIMIT'],
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
