/** What every refusal of a command line has to be, whatever it is about. */
import { jestGlobals } from '../jest-globals.js';
import type { CapturedRun } from './captured-run.js';

export interface ExpectedRefusal {
  readonly exit: number;
  /** One of these stands in brackets on standard error. */
  readonly code: string | readonly string[];
}

/** One error with its code and one hint on standard error, nothing else, nothing on standard output. */
export function expectRefusal(
  { code: exit, stdout, stderr }: Pick<CapturedRun, 'code' | 'stdout' | 'stderr'>,
  expected: ExpectedRefusal,
): void {
  const { expect } = jestGlobals();
  const lines = stderr.split('\n');
  const codes = [...stderr.matchAll(/\[([A-Z_]+)\]/g)].map(([, code]) => code);
  expect({ exit, stdout, stderr }).toMatchObject({ exit: expected.exit, stdout: '' });
  expect([expected.code].flat()).toContain(codes[0]);
  expect(lines.filter((line) => line.startsWith('error: '))).toHaveLength(1);
  expect({ stderr, hints: lines.filter((line) => line.startsWith('hint: ')).length }).toEqual({
    stderr,
    hints: 1,
  });
  // A stack is for bugs.
  expect(stderr).not.toMatch(/^ {4}at |^bug:|\[cause\]/m);
}
