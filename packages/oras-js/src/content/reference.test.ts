/** Names of images: what is read is written back the same, and what has no address is refused. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { digestOf } from './digest.js';
import { formatReference, isRepository, isTag, parseReference } from './reference.js';

const word = fc.stringMatching(/^[a-z0-9]{1,8}((\.|_|__|-{1,3})[a-z0-9]{1,8}){0,2}$/);
const repository = fc.array(word, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const host = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9]{0,8}(\.[a-z][a-z0-9]{0,8}){1,3}(:[1-9][0-9]{0,3})?$/),
  fc.constantFrom('localhost', 'localhost:5000', '127.0.0.1:5000', '[::1]:5000'),
);
const tag = fc.stringMatching(/^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,40}$/);
const digest = fc.string().map(digestOf);

const reference = fc
  .record({ registry: host, repository, tag: fc.option(tag), digest: fc.option(digest) })
  .map((parts) => ({
    ...parts,
    digest: parts.digest ?? undefined,
    tag: parts.tag ?? (parts.digest === null ? 'latest' : undefined),
  }));

describe('reading names of images', () => {
  it('reads what it wrote, whatever the parts are', () => {
    fc.assert(
      fc.property(reference, (parts) => {
        expect(parseReference(formatReference(parts))).toEqual(parts);
      }),
      { seed: 1 },
    );
  });

  it('gives any text that it takes one full spelling, of parts that are right', () => {
    const text = fc.oneof(repository, reference.map(formatReference), fc.string());
    fc.assert(
      fc.property(text, (name) => {
        const parsed = takenOrRefused(name);
        if (parsed === undefined) return;
        const full = formatReference(parsed);
        expect(parseReference(full)).toEqual(parsed);
        expect(isRepository(parsed.repository)).toBe(true);
        expect(parsed.tag === undefined || isTag(parsed.tag)).toBe(true);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it.each(['x:65536/app', '[:::]:2/app', '[1:2]/app', '1.2.3.4.5/app', '256.1.1.1/app'])(
    'refuses %s, whose registry has no address',
    (name) => {
      expect(() => parseReference(name)).toThrow(
        expect.objectContaining({
          code: 'REFERENCE_INVALID',
          message: expect.stringContaining('found the registry'),
        }),
      );
    },
  );
});

function takenOrRefused(name: string) {
  try {
    return parseReference(name);
  } catch (error) {
    expect(error).toMatchObject({ code: 'REFERENCE_INVALID' });
    return undefined;
  }
}
