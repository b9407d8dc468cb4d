/** One document, one meaning: what two readers could read as two documents is refused. */
import { describe, expect, it } from '@jest/globals';
import { parseStrictJson } from './strict-json.js';

function refusalOf(text: string | Uint8Array, integersOnly = false): unknown {
  try {
    return parseStrictJson(Buffer.from(text as string), { integersOnly });
  } catch (error) {
    return error;
  }
}

const refused = (words: string): unknown =>
  expect.objectContaining({ name: 'JsonError', message: expect.stringContaining(words) });

describe('reading the bytes of a document', () => {
  it.each([
    ['a byte order mark', '\ufeff{}', 'expected a value'],
    ['UTF-16', Buffer.from('{}', 'utf16le'), 'expected'],
    ['UTF-16 with its mark', Buffer.from('\ufeff{}', 'utf16le'), 'expected UTF-8'],
    ['a byte that begins nothing', Buffer.from('"\xff"', 'latin1'), 'expected UTF-8'],
    ['an overlong slash', Buffer.from('22c0af22', 'hex'), 'expected UTF-8'],
    ['half of a surrogate pair in UTF-8', Buffer.from('22eda08022', 'hex'), 'expected UTF-8'],
    ['a character beyond Unicode', Buffer.from('22f490808022', 'hex'), 'expected UTF-8'],
    ['a character that is cut', Buffer.from('22e28222', 'hex'), 'expected UTF-8'],
    ['half of an escaped pair', String.raw`"\ud800"`, 'half of a surrogate pair'],
    ['the other half', String.raw`"\udc00x"`, 'half of a surrogate pair'],
    ['a pair in the wrong order', String.raw`"\udc00\ud800"`, 'half of a surrogate pair'],
    ['nothing', '', 'expected a value'],
  ])('refuses %s', (_what, bytes, words) => {
    expect(refusalOf(bytes)).toEqual(refused(words));
  });
});

describe('reading the grammar of a document', () => {
  it.each([
    '/* */{}',
    '{}//',
    '[1,]',
    '{"a":1,}',
    "{'a':1}",
    '{a:1}',
    '[NaN]',
    '[Infinity]',
    '[-Infinity]',
    '[undefined]',
    '[+1]',
    '[01]',
    '[.5]',
    '[1.]',
    '[0x1]',
    '[1e999]',
    '[\u0661]',
    '{}{}',
    '{}\n[]',
    '{} x',
    '[1 2]',
    '{"a" 1}',
    '{"a":}',
    '"a\u0001"',
    '"a\n"',
    String.raw`"\x41"`,
    '"a',
    '[1',
    '\u00a0{}',
    '{}\u0000',
    'True',
  ])('refuses %j', (text) => {
    expect(refusalOf(text)).toEqual(refused('expected'));
  });

  it.each(['-1', '-0', '1.0', '1e0', '1E2', '9007199254740992', '9007199254740993'])(
    'refuses the number %s where integers are asked for',
    (number) => {
      expect(refusalOf(`[${number}]`, true)).toEqual(refused('an integer from 0 to 2^53-1'));
    },
  );

  it('takes the largest exact integer', () => {
    expect(parseStrictJson(Buffer.from('9007199254740991'), { integersOnly: true })).toBe(
      Number.MAX_SAFE_INTEGER,
    );
  });
});

describe('reading the keys of a document', () => {
  it.each([
    ['twice', '{"a":1,"a":1}'],
    ['twice, once with an escape', String.raw`{"a":1,"\u0061":1}`],
    ['twice, deep inside', '{"a":[{"b":{"c":1,"c":2}}]}'],
    ['twice, one of them null', '{"a":null,"a":1}'],
  ])('refuses one that stands there %s', (_how, text) => {
    expect(refusalOf(text)).toEqual(refused('each key once'));
  });

  it.each([
    '{"__proto__":{"polluted":true}}',
    '{"constructor":{"prototype":{"polluted":true}}}',
    '{"prototype":1}',
    String.raw`{"__pr\u006fto__":{"polluted":true}}`,
    '[{"a":{"__proto__":null}}]',
  ])('refuses %s, and no object has it afterwards', (text) => {
    expect(refusalOf(text)).toEqual(refused('another key than'));
    expect({}).not.toHaveProperty('polluted');
  });

  it('keeps apart what only looks alike', () => {
    const [composed, decomposed] = ['\u00e9', 'e\u0301'];
    const text = JSON.stringify({ [composed]: 1, [decomposed]: 2 });
    expect(parseStrictJson(Buffer.from(text))).toEqual({ [composed]: 1, [decomposed]: 2 });
  });
});

describe('reading a document that is too much', () => {
  it.each(['[', '{"a":'])('refuses a million of %s in each other', (open) => {
    expect(refusalOf(open.repeat(1_000_000))).toEqual(refused('less nesting'));
  });

  it('counts levels, not values', () => {
    expect(refusalOf(`${'['.repeat(32)}${']'.repeat(32)}`)).toBeInstanceOf(Array);
    expect(refusalOf(`${'['.repeat(33)}${']'.repeat(33)}`)).toEqual(refused('less nesting'));
  });

  it.each([
    ['objects', '{}'],
    ['arrays', '[]'],
    ['numbers', '0'],
    ['texts', '""'],
  ])('takes 499 999 empty %s in an array, and not one more', (_what, value) => {
    const most = `${value},`.repeat(499_998) + value;
    expect(parseStrictJson(Buffer.from(`[${most}]`))).toHaveLength(499_999);
    expect(refusalOf(`[${most},${value}]`)).toEqual(refused('at most 500000 values'));
  });
});
