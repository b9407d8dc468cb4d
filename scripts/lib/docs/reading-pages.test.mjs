import { describe, expect, it } from '@jest/globals';
import { dataBlockProblem } from './check-data-block.mjs';
import { fencedBlocks } from './fenced-blocks.mjs';
import { isSameOutput } from './same-output.mjs';

const fence = '```';

describe('finding the blocks of a page', () => {
  it('takes each with its line, in lists too, and tells output from other text', () => {
    const page = [
      `${fence}sh`,
      'one',
      fence,
      '',
      `${fence}text`,
      'said',
      fence,
      'Words.',
      '',
      `   ${fence}text`,
      '   not said',
      `   ${fence}`,
    ].join('\n');
    expect(fencedBlocks(page)).toEqual([
      { language: 'sh', text: 'one\n', line: 1, follows: false },
      { language: 'text', text: 'said\n', line: 5, follows: true },
      { language: 'text', text: 'not said\n', line: 10, follows: false },
    ]);
  });
});

describe('comparing output with a page', () => {
  it('leaves out digests, times, ports, sequences and amounts', () => {
    const run = (digit, port, time, amount) =>
      `sha256:${digit.repeat(64)} at 127.0.0.1:${port}, ${time}, sequence 1${digit}, ${amount}`;
    expect(
      isSameOutput(
        run('1', 5000, '2026-01-01T00:00:00Z', '12.3 kB'),
        run('2', 4711, '2027-01-01T00:00:00Z', '9 B'),
      ),
    ).toBe(true);
  });

  it('sees every other difference, a missing line and one too many', () => {
    expect(isSameOutput('a\nb', 'a\nc')).toBe(false);
    expect(isSameOutput('a\nb', 'a')).toBe(false);
    expect(isSameOutput('a', 'a\nb')).toBe(false);
  });

  it('takes any lines for dots, none too, and still wants the lines after them', () => {
    expect(isSameOutput('...\nb', 'a\na\nb')).toBe(true);
    expect(isSameOutput('...\nb', 'b')).toBe(true);
    expect(isSameOutput('a\n...', 'a')).toBe(true);
    expect(isSameOutput('...\nb', 'a\nb\nc')).toBe(false);
    expect(isSameOutput('a ...\nb', 'a rest\nb')).toBe(true);
    expect(isSameOutput('a ...', 'b rest')).toBe(false);
    expect(isSameOutput('a ...', '')).toBe(false);
  });
});

describe('looking at blocks that are not run', () => {
  it('has nothing against a CI job', () => {
    const job = 'a:\n  rules:\n    - if: $X == "y"\n      when: manual\n  codes: [20, 21]\n';
    expect(dataBlockProblem('yaml', job)).toBeUndefined();
  });

  it.each([
    ['yaml', 'a:\n   b: 1\n'],
    ['yaml', 'a:\n  words\n'],
    ['yaml', 'a:\n\tb: 1\n'],
    ['json', '{ "a": 1, }'],
    ['ts', 'const a = ;'],
  ])('finds the slip in %s', (language, text) => {
    expect(dataBlockProblem(language, text)).toBeDefined();
  });
});
