import { describe, expect, it } from '@jest/globals';
import { tempDir } from '@sallyport/testing';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashLine } from './custody-entry.js';
import { CustodyLog } from './custody-log.js';
import { verifyCustodyLog, type LogVerification } from './verify-log.js';

const lineCount = 6;

interface Spoiled extends LogVerification {
  /** Hashes of the lines as they were written. */
  readonly hashes: readonly string[];
}

/** Writes a log, changes its lines, verifies it. */
async function afterChange(
  change: (lines: string[]) => void,
  last?: (hashes: readonly string[]) => string,
): Promise<Spoiled> {
  await using dir = await tempDir();
  const file = join(dir.path, 'log.jsonl');
  const log = await CustodyLog.open(file);
  for (let run = 1; run <= lineCount; run += 1) {
    await log.append({
      time: '2026-11-22T21:00:00Z',
      event: 'import',
      tool: 'sallyport/test',
      host: 'gate',
      outcome: 'success',
      sequence: run,
    });
  }
  const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1);
  const hashes = lines.map((line) => hashLine(Buffer.from(`${line}\n`)));
  change(lines);
  await writeFile(file, lines.map((line) => `${line}\n`).join(''));
  return { ...(await verifyCustodyLog(file, { last: last?.(hashes) })), hashes };
}

describe('verifying a custody log that somebody changed', () => {
  it.each<[what: string, change: (lines: string[]) => void, problems: unknown]>([
    [
      'a word in line 3',
      (lines) => (lines[2] = lines[2]?.replace('"success"', '"failure"') ?? ''),
      [{ line: 4, text: 'it does not continue line 3: line 3 or this one was changed' }],
    ],
    [
      'the first line',
      (lines) => (lines[0] = lines[0]?.replace(/0{64}/, '1'.repeat(64)) ?? ''),
      [
        { line: 1, text: 'it does not begin a log: it was changed' },
        { line: 2, text: 'it does not continue line 1: line 1 or this one was changed' },
      ],
    ],
    [
      'line 3 removed',
      (lines) => lines.splice(2, 1),
      [{ line: 3, text: '1 line(s) are missing before it: expected number 3, found 4' }],
    ],
    [
      'the beginning removed',
      (lines) => lines.splice(0, 2),
      [{ line: 1, text: '2 line(s) are missing before it: expected number 1, found 3' }],
    ],
    [
      'lines 3 and 4 swapped',
      (lines) => lines.splice(2, 2, lines[3] ?? '', lines[2] ?? ''),
      [
        expect.objectContaining({ line: 3 }),
        { line: 4, text: 'it is not in its place: expected number 5, found 3' },
        expect.objectContaining({ line: 5 }),
      ],
    ],
    [
      'line 3 twice',
      (lines) => lines.splice(3, 0, lines[2] ?? ''),
      [{ line: 4, text: 'it is not in its place: expected number 4, found 3' }],
    ],
    [
      'line 3 cut in its middle',
      (lines) => (lines[2] = lines[2]?.slice(0, 50) ?? ''),
      [{ line: 3, text: 'it is no entry of a custody log' }],
    ],
    [
      'another text in between',
      (lines) => lines.splice(3, 0, 'a note by hand'),
      [{ line: 4, text: 'it is no entry of a custody log' }, expect.anything()],
    ],
    [
      'a last line that is none',
      (lines) => lines.push('a note by hand'),
      [{ line: 7, text: 'it is no entry of a custody log' }],
    ],
  ])('names the line: %s', async (_what, change, problems) => {
    expect((await afterChange(change)).problems).toEqual(problems);
  });

  it('finds nothing wrong with one that nobody changed', async () => {
    expect(await afterChange(() => undefined)).toMatchObject({ lines: lineCount, problems: [] });
  });
});

describe('verifying a custody log whose end is missing', () => {
  const cutTwo = (lines: string[]): unknown => lines.splice(-2);

  it('cannot notice it alone', async () => {
    const { problems, last, hashes } = await afterChange(cutTwo);

    expect({ problems, last }).toEqual({ problems: [], last: hashes.at(-3) });
  });

  it('notices it with the hash of a line that was there', async () => {
    const { problems } = await afterChange(cutTwo, (hashes) => hashes.at(-1) ?? '');

    expect(problems).toEqual([
      { line: 4, text: expect.stringContaining('lines were cut off the end, or changed') },
    ]);
  });

  it('says which line a noted hash is of, also when the log has grown since', async () => {
    const { problems, knownLine } = await afterChange(
      () => undefined,
      (hashes) => hashes[2] ?? '',
    );

    expect({ problems, knownLine }).toEqual({ problems: [], knownLine: 3 });
  });
});
