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

describe('completing names of images as Docker does', () => {
  it.each([
    ['alpine', 'docker.io/library/alpine:latest'],
    ['alpine:3.20', 'docker.io/library/alpine:3.20'],
    ['team/app', 'docker.io/team/app:latest'],
    ['index.docker.io/alpine', 'docker.io/library/alpine:latest'],
    ['localhost/x', 'localhost/x:latest'],
    ['host:5000/x', 'host:5000/x:latest'],
    ['HOST/x', 'HOST/x:latest'],
    ['[::1]:5000/x', '[::1]:5000/x:latest'],
    ['a.b/x', 'a.b/x:latest'],
    [`a.b/x@${digestOf('')}`, `a.b/x@${digestOf('')}`],
    [`a.b/x:1@${digestOf('')}`, `a.b/x:1@${digestOf('')}`],
  ])('reads %s as %s', (name, full) => {
    expect(formatReference(parseReference(name))).toBe(full);
  });
});

describe('refusing names of images', () => {
  const hex = 'a'.repeat(64);
  it.each([
    ['upper case', 'a.b/Team/app', 'the repository "Team/app"'],
    ['a tag of 129 characters', `a.b/x:${'t'.repeat(129)}`, `the tag "${'t'.repeat(129)}"`],
    ['an image id', hex, 'an image id'],
    ['a digest in capitals', `a.b/x@sha256:${hex.toUpperCase()}`, 'the digest "sha256:AAAA'],
    ['a digest that is too short', `a.b/x@sha256:${hex.slice(1)}`, 'the digest "sha256:aaaa'],
    ['a digest that is too long', `a.b/x@sha256:${hex}a`, 'the digest "sha256:aaaa'],
    ['two digests', `a.b/x@sha256:${hex}@sha256:${hex}`, 'two "@"'],
    ['a name of 256 characters', `a.b/${'x'.repeat(252)}`, 'a name of 256 characters'],
    ['a scheme', 'https://a.b/x', 'a scheme'],
  ])('names %s as the reason', (_what, name, found) => {
    expect(() => parseReference(name)).toThrow(
      expect.objectContaining({
        code: 'REFERENCE_INVALID',
        message: expect.stringContaining(`found ${found}`),
      }),
    );
  });

  it.each([`a.b/x:${'t'.repeat(128)}`, `a.b/${'x'.repeat(251)}`])(
    'takes the longest there is',
    (name) => {
      expect(parseReference(name).registry).toBe('a.b');
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
