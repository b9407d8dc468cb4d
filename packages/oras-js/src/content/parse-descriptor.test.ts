/** Descriptors and digests: what is read from a document is what stands in it. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseStrictJson, type JsonValue } from '../json/strict-json.js';
import { digestOf, hexOf, isDigest, parseDigest } from './digest.js';
import { parseDescriptor } from './parse-descriptor.js';

const text = fc.string({ unit: 'grapheme' });
const key = text.filter((each) => !['__proto__', 'constructor', 'prototype'].includes(each));
const digest = fc.uint8Array().map(digestOf);

const descriptor = fc.record(
  {
    mediaType: text.filter((each) => each !== ''),
    digest,
    size: fc.maxSafeNat(),
    platform: fc.record(
      { os: text, architecture: text, variant: text.filter((each) => each !== '') },
      { requiredKeys: ['os', 'architecture'], noNullPrototype: true },
    ),
    artifactType: text,
    annotations: fc.dictionary(key, text, { noNullPrototype: true }),
    urls: fc.array(text),
  },
  { requiredKeys: ['mediaType', 'digest', 'size'], noNullPrototype: true },
);

const embedded = Buffer.from('embedded');

const read = (value: unknown): JsonValue => parseStrictJson(Buffer.from(JSON.stringify(value)));

describe('reading descriptors', () => {
  it('takes every field as it stands there', () => {
    fc.assert(
      fc.property(descriptor, (content) => {
        expect(parseDescriptor(read(content), 'config')).toEqual(content);
      }),
      { seed: 1 },
    );
  });

  it('drops what it does not know', () => {
    fc.assert(
      fc.property(descriptor, fc.jsonValue(), (content, comment) => {
        expect(parseDescriptor(read({ ...content, comment }), 'config')).toEqual(content);
      }),
      { seed: 1 },
    );
  });

  it('drops content that is embedded, when it is that of the digest', () => {
    fc.assert(
      fc.property(descriptor, fc.uint8Array(), (like, bytes) => {
        const content = { ...like, digest: digestOf(bytes), size: bytes.length };
        const data = Buffer.from(bytes).toString('base64');
        expect(parseDescriptor(read({ ...content, data }), 'config')).toEqual(content);
        expect(parseDescriptor(read({ ...content, data: null }), 'config')).toEqual(content);
      }),
      { seed: 1 },
    );
  });

  it.each<[string, object]>([
    ['other bytes', { data: 'b3RoZXI=' }],
    ['fewer bytes', { data: 'ZW1iZWRkZQ==' }],
    ['nothing', { data: '' }],
    ['the right bytes of another size', { data: embedded.toString('base64'), size: 9 }],
    ['base64 with a line break', { data: 'ZW1iZWRk\nZWQ=' }],
    ['base64 without its padding', { data: 'ZW1iZWRkZWQ' }],
    ['no text', { data: [...embedded] }],
  ])('refuses %s as embedded content', (_what, fields) => {
    const content = { mediaType: 'a/b', digest: digestOf(embedded), size: embedded.length };
    expect(() => parseDescriptor(read({ ...content, ...fields }), 'config')).toThrow(
      expect.objectContaining({
        name: 'JsonError',
        message: expect.stringContaining('at config.data'),
      }),
    );
  });

  it('refuses every size that is no count of bytes', () => {
    const size = fc.oneof(
      fc.integer({ max: -1 }),
      fc.constant(2 ** 53),
      fc.double({ noInteger: true, noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(null, true, '1', [], {}),
    );
    fc.assert(
      fc.property(descriptor, size, (content, wrong) => {
        expect(() => parseDescriptor(read({ ...content, size: wrong }), 'config')).toThrow(
          'config.size',
        );
      }),
      { seed: 1 },
    );
  });
});

describe('naming content by its digest', () => {
  it('gives every content a name that reads back', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const name = digestOf(bytes);
        expect(parseDigest(name)).toBe(name);
        expect(Buffer.from(hexOf(name), 'hex')).toHaveLength(32);
      }),
      { seed: 1 },
    );
  });

  it('takes no other spelling of a digest', () => {
    const spoiled = fc
      .tuple(digest, fc.nat({ max: 71 }), fc.string({ maxLength: 3 }))
      .map(([name, at, piece]) => `${name.slice(0, at)}${piece}${name.slice(at + 1)}`)
      .filter((name) => !/^sha256:[a-f0-9]{64}$/.test(name));
    fc.assert(
      fc.property(spoiled, (name) => {
        expect(isDigest(name)).toBe(false);
        expect(() => parseDigest(name)).toThrow();
      }),
      { seed: 1 },
    );
  });
});
