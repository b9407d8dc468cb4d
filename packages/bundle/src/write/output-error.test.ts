/** What the file system says, in words that the packager can act on. */
import { describe, expect, it } from '@jest/globals';
import { BundleError } from '../bundle-error.js';
import { outputError } from './output-error.js';

describe('explaining why a bundle could not be written', () => {
  it.each([
    ['ENOSPC', 'OUTPUT_NO_SPACE', 'no space left'],
    ['EDQUOT', 'OUTPUT_NO_SPACE', 'no space left'],
    ['EFBIG', 'OUTPUT_UNWRITABLE', 'larger than its file system allows'],
    ['EPIPE', 'OUTPUT_UNWRITABLE', 'its reader has ended'],
    ['ENAMETOOLONG', 'OUTPUT_UNWRITABLE', 'cannot write b.tar (ENAMETOOLONG)'],
    ['EROFS', 'OUTPUT_UNWRITABLE', 'cannot write b.tar (EROFS)'],
  ])('turns %s into %s and keeps it as the cause', (code, expected, text) => {
    const cause = Object.assign(new Error('write'), { code, syscall: 'write' });
    expect(outputError(cause, 'b.tar')).toMatchObject({
      code: expected,
      message: expect.stringContaining(text),
      hint: expect.any(String),
      cause,
    });
  });

  it.each([
    ['an error of this program', new BundleError('OUTPUT_EXISTS', 'there')],
    ['a bug', new TypeError('x is undefined')],
    ['the reason of an abort', 'stop'],
    ['nothing', undefined],
    ['an error that merely has a code', Object.assign(new Error('no'), { code: 'ENOENT' })],
  ])('leaves %s as it is', (_what, error) => {
    expect(outputError(error, 'b.tar')).toBe(error);
  });
});
