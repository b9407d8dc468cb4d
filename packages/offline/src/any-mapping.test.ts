/** Whatever a bundle's repository is called, it lands below the prefix, where it was said. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isRepository } from 'oras-js';
import { mapRepository, parseDestination, parseMappingRule } from './destination.js';

const repository = fc.stringMatching(
  /^[a-z0-9]{1,6}((-|_|__|\.)[a-z0-9]{1,6}){0,2}(\/[a-z0-9]{1,6}){0,3}$/,
);
const prefix = fc.oneof(fc.constant(''), repository);
const registry = fc.constantFrom('registry.example.com', 'registry.example.com:5000', '[::1]:5000');

describe('mapping any repository', () => {
  it('stays below the prefix and gives a repository', () => {
    fc.assert(
      fc.property(repository, registry, prefix, fc.boolean(), (from, host, below, keepPath) => {
        const destination = parseDestination(below === '' ? host : `${host}/${below}`);
        const mapped = mapRepository(from, destination, { keepPath });
        expect(isRepository(mapped)).toBe(true);
        expect(mapped.startsWith(below === '' ? '' : `${below}/`)).toBe(true);
        expect(mapped.endsWith(keepPath ? from : (from.split('/').at(-1) ?? ''))).toBe(true);
      }),
      { seed: 1 },
    );
  });

  it('keeps all repositories apart when it keeps their paths', () => {
    const several = fc.uniqueArray(repository, { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(several, prefix, (names, below) => {
        const destination = { registry: 'registry.example.com', prefix: below };
        const mapped = names.map((name) => mapRepository(name, destination, { keepPath: true }));
        expect(new Set(mapped).size).toBe(names.length);
      }),
      { seed: 1 },
    );
  });

  it('follows a rule for the one repository that it names, before all else', () => {
    fc.assert(
      fc.property(repository, repository, repository, fc.boolean(), (from, to, other, keepPath) => {
        const rules = new Map([parseMappingRule(`${from}=${to}`)]);
        const destination = { registry: 'registry.example.com', prefix: 'site' };
        expect(mapRepository(from, destination, { rules, keepPath })).toBe(`site/${to}`);
        fc.pre(other !== from);
        expect(mapRepository(other, destination, { rules, keepPath })).toBe(
          mapRepository(other, destination, { keepPath }),
        );
      }),
      { seed: 1 },
    );
  });
});
