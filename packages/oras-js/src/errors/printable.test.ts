/** Text of strangers on its way to a terminal. */
import { describe, expect, it } from '@jest/globals';
import { causeChain } from './cause-chain.js';
import { printable } from './printable.js';

describe('showing what somebody else wrote', () => {
  for (const [text, expected] of [
    ['plain text, ünïcode and 日本 😀', 'plain text, ünïcode and 日本 😀'],
    ['red \u001b[31m', 'red \\u001b[31m'],
    ['two\r\nlines\u0000\u007f\u009b', 'two\\u000d\\u000alines\\u0000\\u007f\\u009b'],
    ['reversed \u202e\u2066', 'reversed \\u202e\\u2066'],
    ['hidden \u200b\ufeff', 'hidden \\u200b\\ufeff'],
    ['half \ud83d', 'half \\ud83d'],
  ] as const) {
    it(`shows ${JSON.stringify(text)}`, () => {
      expect(printable(text)).toBe(expected);
    });
  }

  it('cuts what is long, between characters', () => {
    expect(printable('😀'.repeat(1000), 5)).toBe('😀😀😀😀…');
    expect(printable('12345', 5)).toBe('12345');
  });
});

describe('following the causes of an error', () => {
  it('names each once, outermost first, and comes to an end', () => {
    const inner = new Error('inner');
    const outer = new Error('outer', { cause: inner });
    expect(causeChain(outer)).toEqual([outer, inner]);
    inner.cause = outer;
    expect(causeChain(outer)).toEqual([outer, inner]);
    expect(causeChain(undefined)).toEqual([]);
  });
});
