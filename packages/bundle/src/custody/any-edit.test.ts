/** Whatever single edit somebody makes to a custody log is found by who noted the hash of its last line. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { tempDir } from '@sallyport/testing';
import fc from 'fast-check';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CustodyLog } from './custody-log.js';
import { verifyCustodyLog } from './verify-log.js';

const facts = {
  time: '2026-11-22T21:00:00Z',
  event: 'import',
  tool: 'sallyport/test',
  host: 'gate',
  outcome: 'success',
} as const;

let written: Buffer;
let last: string;

beforeAll(async () => {
  await using dir = await tempDir();
  const log = await CustodyLog.open(join(dir.path, 'log.jsonl'));
  for (let sequence = 1; sequence <= 5; sequence += 1) {
    last = (await log.append({ ...facts, sequence })).hash;
  }
  written = await readFile(log.file);
});

async function problemsOf(bytes: Buffer): Promise<number> {
  await using dir = await tempDir();
  const file = join(dir.path, 'log.jsonl');
  await writeFile(file, bytes);
  return (await verifyCustodyLog(file, { last })).problems.length;
}

// Not fc.double: half of all doubles from 0 to 1 are next to 0.
const place = fc.nat({ max: 9_999 }).map((parts) => parts / 10_000);

/** Cut out `length` bytes at a place of the log, given as a fraction, and put others there. */
const edit = fc.oneof(
  fc.record({
    place,
    length: fc.nat({ max: 400 }),
    piece: fc.oneof(fc.uint8Array({ maxLength: 4 }), fc.string({ maxLength: 20 })),
  }),
  // One letter or digit for another: most of these leave a line that reads as well as before.
  fc.record({ place, length: fc.constant(1), piece: fc.stringMatching(/^[a-z0-9]$/) }),
);

describe('verifying a custody log by the hash of its last line', () => {
  it('finds nothing in the log as it was written', async () => {
    expect(await problemsOf(written)).toBe(0);
  });

  it('finds any bytes that were changed, lost or added before its end', async () => {
    await fc.assert(
      fc.asyncProperty(edit, async ({ place, length, piece }) => {
        const at = Math.floor(place * written.length);
        const [head, rest] = [written.subarray(0, at), written.subarray(at + length)];
        const edited = Buffer.concat([head, Buffer.from(piece as string), rest]);
        // The last line feed alone may be missing: the line is whole without it.
        fc.pre(!edited.equals(written) && !edited.equals(written.subarray(0, -1)));
        expect(await problemsOf(edited)).toBeGreaterThan(0);
      }),
      { seed: 1 },
    );
  });

  it('finds lines in another order', async () => {
    const lines = String(written).trimEnd().split('\n');
    const order = fc.shuffledSubarray(lines, { minLength: lines.length });
    await fc.assert(
      fc.asyncProperty(order, async (moved) => {
        fc.pre(moved.join() !== lines.join());
        expect(await problemsOf(Buffer.from(`${moved.join('\n')}\n`))).toBeGreaterThan(0);
      }),
      { seed: 1, numRuns: 30 },
    );
  });
});

describe('continuing a custody log', () => {
  it('refuses one whose last number cannot be counted on from', async () => {
    await using dir = await tempDir();
    const file = join(dir.path, 'log.jsonl');
    const forged = { line: 2 ** 53 - 1, previous: '0'.repeat(64), ...facts };
    await writeFile(file, `${JSON.stringify(forged)}\n`);
    await expect(CustodyLog.open(file)).rejects.toMatchObject({ code: 'LOG_INVALID' });
  });
});
