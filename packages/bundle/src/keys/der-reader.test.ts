/** DER has one spelling for each value; every other one is refused. */
import { describe, expect, it } from '@jest/globals';
import { DerError, DerReader } from './der-reader.js';
import { derInteger, derOctetString, derSequence } from './der-writer.js';

const reading = (hex: string): DerReader => new DerReader(Buffer.from(hex, 'hex'));

describe('writing DER', () => {
  it.each([
    [0, '020100'],
    [1, '020101'],
    [127, '02017f'],
    [128, '02020080'],
    [2048, '02020800'],
    [600_000, '02030927c0'],
    [0x7fffffff, '02047fffffff'],
  ])('writes the integer %d in its shortest form', (value, hex) => {
    expect(derInteger(value).toString('hex')).toBe(hex);
    expect(reading(hex).integer()).toBe(BigInt(value));
  });

  it.each([0, 127, 128, 255, 256, 65_536])('reads back %d bytes', (size) => {
    const bytes = Buffer.alloc(size, 0xa5);
    const text = new DerReader(derSequence(derOctetString(bytes)));
    const inside = text.sequence();
    expect(inside.octetString().equals(bytes)).toBe(true);
    inside.expectEnd();
    text.expectEnd();
  });
});

describe('reading DER', () => {
  it.each([
    ['another tag', '0401ff'],
    ['the end', ''],
    ['an integer without bytes', '0200'],
    ['a negative integer', '020180'],
    ['leading zeros', '02020001'],
    ['a length in two bytes where one does', '02810101'],
    ['a length with leading zeros', `02820080${'11'.repeat(0x80)}`],
    ['an indefinite length', '0280010000'],
    ['a length of four bytes', '028400000001'],
    ['fewer bytes than announced', '020301'],
    ['a length that is cut', '0282'],
  ])('refuses %s', (_name, hex) => {
    expect(() => reading(hex).integer()).toThrow(DerError);
  });

  it('refuses what is left over', () => {
    const text = reading('02010100');
    text.integer();
    expect(() => {
      text.expectEnd();
    }).toThrow('expected the end, found 1 more bytes');
  });
});
