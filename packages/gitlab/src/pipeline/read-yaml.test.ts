import { describe, expect, it } from '@jest/globals';
import { maxYamlBytes } from './limits.js';
import { PipelineReference } from './pipeline-value.js';
import { readYaml } from './read-yaml.js';

function valueOf(text: string): unknown {
  return readYaml(`a: ${text}\n`)[0]?.get('a');
}

describe('reading the YAML of a CI file', () => {
  it.each([
    ['6', '6'],
    ['1.10', '1.1'],
    ['1.0', '1.0'],
    ['010', '8'],
    ['"010"', '010'],
    ['yes', 'true'],
    ['"yes"', 'yes'],
    ['~', null],
    ['""', ''],
    ['8.0.1', '8.0.1'],
    ['!!str 1.10', '1.10'],
  ])('reads %s as GitLab would', (text, value) => {
    expect(valueOf(text)).toBe(value);
  });

  it('reads tags that it does not know, and references', () => {
    expect(valueOf('!own [x]')).toEqual(['x']);
    expect(valueOf('!reference [.b, script]')).toEqual(new PipelineReference(['.b', 'script']));
  });

  it('takes the last of two equal keys, and merged keys below both', () => {
    const [hash] = readYaml('.b: &b { x: 1, y: 1 }\na: { x: 2, <<: *b, x: 3 }\n');
    expect(hash?.get('a')).toEqual(
      new Map([
        ['x', '3'],
        ['y', '1'],
      ]),
    );
  });

  it('takes a key named like a prototype as any other', () => {
    expect(readYaml('__proto__: { image: x }')[0]?.has('__proto__')).toBe(true);
  });

  it('reads nothing from an empty file', () => {
    expect(readYaml('')).toEqual([]);
    expect(readYaml('# nothing\n')).toEqual([]);
  });

  it.each([
    ['what is no YAML', 'a: [', 'expected YAML'],
    ['a list at the top', '- a', 'keys at its top'],
    ['a text at the top', 'hello', 'keys at its top'],
    ['an alias of itself', 'a: &a [*a]', 'levels'],
    ['nesting without end', '['.repeat(5000), 'expected YAML'],
    ['aliases that blow up', bomb(), 'values'],
    ['a file that is too large', `a: ${'x'.repeat(maxYamlBytes)}`, 'bytes'],
    ['an alias of nothing', 'a: *nobody', 'expected YAML'],
  ])('refuses %s', (_what, text, words) => {
    expect(() => readYaml(text)).toThrow(words);
  });
});

/** Ten lists, each with nine times the one before. */
function bomb(): string {
  const lists = Array.from({ length: 10 }, (_, at) => {
    const item = at === 0 ? 'x' : `*b${at - 1}`;
    return `b${at}: &b${at} [${Array.from({ length: 9 }, () => item).join(', ')}]`;
  });
  return lists.join('\n');
}
