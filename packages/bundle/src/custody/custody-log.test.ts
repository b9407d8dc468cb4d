import { describe, expect, it } from '@jest/globals';
import { describeWith, runProgram, tempDir } from '@sallyport/testing';
import { appendFile, mkdir, readFile, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { CustodyFacts } from './custody-entry.js';
import { CustodyLog } from './custody-log.js';
import { verifyCustodyLog } from './verify-log.js';

function facts(more: Partial<CustodyFacts> = {}): CustodyFacts {
  return {
    time: '2026-11-22T21:00:00Z',
    event: 'verify',
    tool: 'sallyport/test',
    host: 'gate',
    outcome: 'success',
    ...more,
  };
}

interface Place {
  readonly file: string;
  /** Adds lines, one run each. */
  readonly write: (count: number) => Promise<void>;
  readonly lines: () => Promise<readonly string[]>;
}

async function inPlace(act: (place: Place) => Promise<void>): Promise<void> {
  await using dir = await tempDir();
  const file = join(dir.path, 'state', 'sallyport', 'log.jsonl');
  await act({
    file,
    write: async (count) => {
      for (let run = 0; run < count; run += 1)
        await (await CustodyLog.open(file)).append(facts({ sequence: run }));
    },
    lines: async () => (await readFile(file, 'utf8')).split('\n').slice(0, -1),
  });
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('adding to the custody log', () => {
  it('gives each line the hash of the line before it, and the first one zeros', async () => {
    await inPlace(async ({ file, write, lines }) => {
      await write(3);

      const read = await lines();
      const previous = read.map((line) => (JSON.parse(line) as { previous: string }).previous);
      expect(previous).toEqual([
        '0'.repeat(64),
        sha256(`${read[0] ?? ''}\n`),
        sha256(`${read[1] ?? ''}\n`),
      ]);
      expect(await verifyCustodyLog(file)).toEqual({
        lines: 3,
        last: sha256(`${read[2] ?? ''}\n`),
        problems: [],
        notes: [],
        knownLine: undefined,
      });
    });
  });

  it('keeps the log and its folder from other users', async () => {
    await inPlace(async ({ file, write }) => {
      await write(1);

      const [log, folder] = await Promise.all([stat(file), stat(dirname(file))]);
      expect([log.mode & 0o777, folder.mode & 0o777]).toEqual([0o600, 0o700]);
    });
  });

  it('takes lines of several writers at once, all into one chain', async () => {
    await inPlace(async ({ file }) => {
      const logs = await Promise.all(Array.from({ length: 6 }, () => CustodyLog.open(file)));

      const appended = await Promise.all(logs.map((log) => log.append(facts())));

      expect(appended.map(({ line }) => line).sort()).toEqual([1, 2, 3, 4, 5, 6]);
      expect(await verifyCustodyLog(file)).toMatchObject({ lines: 6, problems: [] });
    });
  });

  it('keeps hostile texts on one line, printable and bounded', async () => {
    await inPlace(async ({ file, lines }) => {
      const log = await CustodyLog.open(file);
      await log.append(facts({ message: `a\n{"line":9}\u001b[31m${'x'.repeat(1e6)}\u202e` }));

      expect(await lines()).toHaveLength(1);
      expect((await lines())[0]).not.toMatch(/\u001b|\u202e/);
      expect((await lines())[0]?.length).toBeLessThan(2000);
    });
  });

  it('goes through a link that the administrator made', async () => {
    await inPlace(async ({ file, write }) => {
      await mkdir(dirname(file), { recursive: true });
      await symlink(join(dirname(file), 'elsewhere'), file);

      await write(2);

      expect(await verifyCustodyLog(file)).toMatchObject({ lines: 2, problems: [] });
    });
  });
});

describe('opening a custody log that cannot be one', () => {
  it.each([
    ['another text', 'root:x:0:0::/root:/bin/sh\n'],
    ['a text without a line feed', 'hello'],
    ['JSON of something else', '{"name":"x"}\n'],
  ])('refuses %s and leaves it as it is', async (_what, text) => {
    await inPlace(async ({ file }) => {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);

      await expect(CustodyLog.open(file)).rejects.toMatchObject({ code: 'LOG_INVALID' });
      expect(await readFile(file, 'utf8')).toBe(text);
    });
  });

  it('refuses a folder, a device and a path through a file', async () => {
    await using dir = await tempDir();
    await writeFile(join(dir.path, 'file'), '');

    await expect(CustodyLog.open(dir.path)).rejects.toMatchObject({ code: 'LOG_UNWRITABLE' });
    await expect(CustodyLog.open(join(dir.path, 'file', 'log'))).rejects.toMatchObject({
      code: 'LOG_UNWRITABLE',
    });
    await using other = await tempDir();
    await symlink('/dev/null', join(other.path, 'log'));
    await expect(CustodyLog.open(join(other.path, 'log'))).rejects.toMatchObject({
      code: 'LOG_INVALID',
    });
  });
});

describe('going on after a run was killed while it wrote', () => {
  it.each([1, 5, 40, 200])('keeps the remaining %i bytes and tells of them', async (bytes) => {
    await inPlace(async ({ file, write, lines }) => {
      await write(2);
      const [first = '', second = ''] = await lines();
      const torn = second.slice(0, bytes);
      await truncate(file, first.length + 1 + torn.length);

      await write(2);

      const read = await lines();
      expect(read[1]).toBe(torn);
      expect(JSON.parse(read[2] ?? '')).toMatchObject({
        line: 3,
        event: 'torn',
        previous: sha256(`${first}\n`),
        torn: { lines: 1, bytes: torn.length + 1, digest: `sha256:${sha256(`${torn}\n`)}` },
      });
      const { problems, notes } = await verifyCustodyLog(file);
      expect(problems).toEqual([]);
      expect(notes).toEqual([expect.stringMatching(/^line 2 is incomplete.*line 3 tells/)]);
    });
  });

  it('continues a line that lacks only its line feed', async () => {
    await inPlace(async ({ file, write }) => {
      await write(2);
      await truncate(file, (await stat(file)).size - 1);
      expect((await verifyCustodyLog(file)).notes).toEqual([
        'line 2 is whole but for its line feed',
      ]);

      await write(1);

      expect(await verifyCustodyLog(file)).toMatchObject({ lines: 3, problems: [], notes: [] });
    });
  });

  it('tells of remains of two killed runs, and of a first line that was never finished', async () => {
    await inPlace(async ({ file, write }) => {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, '{"line":1,"prev\n{"line":2,"previous":"00\0\0\0');

      await write(1);

      expect(await verifyCustodyLog(file)).toMatchObject({ lines: 4, problems: [] });
    });
  });

  it('notices when what was left is changed afterwards', async () => {
    await inPlace(async ({ file, write }) => {
      await write(1);
      await appendFile(file, '{"line":2,"previous":"abc');
      await write(1);
      await writeFile(file, (await readFile(file, 'utf8')).replace('"abc', '"abd'));

      expect((await verifyCustodyLog(file)).problems).toEqual([
        { line: 2, text: 'it is no entry of a custody log' },
      ]);
    });
  });
});

describeWith(['sha256sum', 'sed'], 'checking the chain by hand', () => {
  it('finds the hash of a line with sed and sha256sum', async () => {
    await inPlace(async ({ file, write, lines }) => {
      await write(3);

      const { stdout } = await runProgram('sh', ['-c', `sed -n 2p '${file}' | sha256sum`]);

      expect(JSON.parse((await lines())[2] ?? '')).toMatchObject({ previous: stdout.slice(0, 64) });
    });
  });
});
