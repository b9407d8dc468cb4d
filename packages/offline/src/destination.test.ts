import { describe, expect, it } from '@jest/globals';
import { mapRepository, parseDestination, parseMappingRule } from './destination.js';

describe('reading where images go', () => {
  it.each([
    ['registry.example.com/namespace', 'registry.example.com', 'namespace'],
    ['registry.example.com/a/b/c', 'registry.example.com', 'a/b/c'],
    ['registry.example.com:5000/namespace', 'registry.example.com:5000', 'namespace'],
    ['registry.example.com', 'registry.example.com', ''],
    ['registry.example.com/', 'registry.example.com', ''],
    ['registry.example.com/namespace/', 'registry.example.com', 'namespace'],
    ['localhost/namespace', 'localhost', 'namespace'],
    ['localhost:5000', 'localhost:5000', ''],
    ['127.0.0.1:5000/x', '127.0.0.1:5000', 'x'],
    ['[::1]:5000/namespace', '[::1]:5000', 'namespace'],
    [
      'registry.example.com/under_score/with-dash/with.dot',
      'registry.example.com',
      'under_score/with-dash/with.dot',
    ],
  ])('takes %s', (text, registry, prefix) => {
    expect(parseDestination(text)).toEqual({ registry, prefix });
  });

  it.each([
    ['', 'nothing'],
    ['/', 'nothing'],
    ['namespace', 'no host'],
    ['namespace/project', 'no host'],
    ['https://registry.example.com/x', 'a scheme'],
    ['user:secret@registry.example.com/x', 'a password'],
    ['registry.example.com/x:tag', 'a tag'],
    [`registry.example.com/x@sha256:${'0'.repeat(64)}`, 'a digest'],
    ['registry.example.com//x', 'an empty part'],
    ['registry.example.com/x//', 'an empty part'],
    ['registry.example.com/Upper', 'upper case'],
    ['registry.example.com/../x', 'a way out'],
    ['registry.example.com:99999999/x', 'no such port'],
    ['registry.example.com/x?y', 'a query'],
    ['::1/x', 'an address without brackets'],
    ['registry.example.com/x y', 'a space'],
  ])('refuses %s: %s', (text) => {
    expect(() => parseDestination(text)).toThrow(
      expect.objectContaining({
        code: 'IMPORT_DESTINATION_INVALID',
        hint: expect.stringContaining('registry.example.com/namespace') as unknown,
      }),
    );
  });

  it('does not repeat a very long text', () => {
    expect(() => parseDestination('x'.repeat(100_000))).toThrow(/^.{300,400}$/);
  });
});

describe('mapping the path of an image', () => {
  const destination = { registry: 'registry.example.com', prefix: 'namespace' };

  it.each([
    ['by its last part', {}, 'namespace/dast'],
    ['with all its parts', { keepPath: true }, 'namespace/security-products/dast'],
    [
      'by a rule before anything else',
      { keepPath: true, rules: new Map([['security-products/dast', 'scan/web']]) },
      'namespace/scan/web',
    ],
    ['not by the rule of another', { rules: new Map([['dast', 'scan/web']]) }, 'namespace/dast'],
  ])('puts it below the prefix %s', (_what, mapping, path) => {
    expect(mapRepository('security-products/dast', destination, mapping)).toBe(path);
  });

  it('puts it at the root when there is no prefix', () => {
    const root = { ...destination, prefix: '' };
    expect(mapRepository('security-products/dast', root, {})).toBe('dast');
    expect(mapRepository('dast', root, { keepPath: true })).toBe('dast');
  });

  it('reads a rule', () => {
    expect(parseMappingRule('a/b=c/d')).toEqual(['a/b', 'c/d']);
  });

  it.each(['a', 'a=', '=b', 'a=b=c', 'a=B', 'a:1=b', 'a=../b'])('refuses the rule %s', (text) => {
    expect(() => parseMappingRule(text)).toThrow(
      expect.objectContaining({ code: 'IMPORT_DESTINATION_INVALID' }),
    );
  });
});
