import { describe, expect, it } from '@jest/globals';
import { codesOf } from './lib/docs/documented-codes.mjs';
import { commandNames } from './lib/docs/commands-page.mjs';
import { errorsPage } from './lib/docs/errors-page.mjs';
import { exitCodeMeanings } from './lib/docs/exit-code-meanings.mjs';

const exitCodes = Object.fromEntries(Object.keys(exitCodeMeanings).map((name, at) => [name, at]));

describe('listing the error codes', () => {
  it('takes the meaning from the comment above each code, also when it is the only one', () => {
    const text = `export type OneErrorCode = /** Only. */ 'ONE';
      export type TwoErrorCode =
        /** First, on
         * two lines. */
        | 'A'
        // Not this.
        /** Second. */
        | 'B';
      export type Other = 'C';`;
    expect(codesOf('x-error.ts', text)).toEqual([
      ['ONE', 'Only.'],
      ['A', 'First, on two lines.'],
      ['B', 'Second.'],
    ]);
  });

  it('refuses a code without a comment, and does not lend it the one before', () => {
    const text = `type XErrorCode = /** Said. */ | 'A' | 'B';`;
    expect(() => codesOf('x-error.ts', text)).toThrow(/'B' has no doc comment/);
  });

  it('refuses a code without an exit code, and an exit code that nobody explains', () => {
    const meanings = new Map([['A', 'Said.']]);
    expect(() => errorsPage(meanings, {}, exitCodes)).toThrow(/without a number: A/);
    expect(() => errorsPage(meanings, { A: 1, B: 2 }, exitCodes)).toThrow(/without a meaning: B/);
    expect(() => errorsPage(meanings, { A: 1 }, { ...exitCodes, new: 99 })).toThrow(
      /without a meaning: new/,
    );
  });

  it('keeps a bar in a meaning inside its cell', () => {
    expect(errorsPage(new Map([['A', 'this|that']]), { A: 1 }, exitCodes)).toContain('this\\|that');
  });
});

describe('listing the commands', () => {
  it('asks each command for its help, but not the one that prints help', () => {
    const help = `Usage: x\n\nOptions:\n  -h\n\nCommands:\n  keygen [options]  a\n                    b\n  help [command]  c\n`;
    expect(commandNames(help)).toEqual(['keygen']);
    expect(commandNames('Usage: x\n\nOptions:\n  -h\n')).toEqual([]);
  });
});
