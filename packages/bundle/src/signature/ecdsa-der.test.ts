/** One signature, one spelling: everything that some verifiers would forgive is refused. */
import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync, sign } from 'node:crypto';
import { ecdsaDerDefect } from './ecdsa-der.js';

const order = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';
const belowOrder = `${order.slice(0, -1)}0`;

/** A SEQUENCE of the given elements, in hex. */
function sequence(...elements: readonly string[]): string {
  const content = elements.join('');
  return `30${(content.length / 2).toString(16).padStart(2, '0')}${content}`;
}

const one = '020101';
const asInteger = (number: string): string => `022100${number}`;

describe('reading an ECDSA signature', () => {
  it('takes whatever node signs', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    // Enough to meet r and s with and without the zero byte in front, and shorter ones.
    for (let count = 0; count < 64; count += 1) {
      expect(ecdsaDerDefect(sign('sha256', Buffer.of(count), privateKey))).toBeUndefined();
    }
  });

  it('takes the smallest and the largest numbers', () => {
    const extremes = sequence(one, asInteger(belowOrder));
    expect(ecdsaDerDefect(Buffer.from(extremes, 'hex'))).toBeUndefined();
  });

  it.each([
    ['nothing', ''],
    ['a byte after it', `${sequence(one, one)}00`],
    ['a third number', sequence(one, one, one)],
    ['one number', sequence(one)],
    ['a length in the long form', `308106${one}${one}`],
    ['an integer length in the long form', sequence('02810101', one)],
    ['an indefinite length', `3080${one}${one}0000`],
    ['r = 0', sequence('020100', one)],
    ['s = 0', sequence(one, '020100')],
    ['a negative r', sequence('0201ff', one)],
    ['a negative s', sequence(one, '020180')],
    ['leading zeros', sequence('02020001', one)],
    ['r = n', sequence(asInteger(order), one)],
    ['s = n', sequence(one, asInteger(order))],
    ['s above n', sequence(one, asInteger('f'.repeat(64)))],
    ['r and s without a frame, as in P1363', '11'.repeat(64)],
    ['a set in place of a sequence', `3106${one}${one}`],
  ])('refuses %s', (_name, hex) => {
    expect(ecdsaDerDefect(Buffer.from(hex, 'hex'))).toEqual(expect.any(String));
  });
});
