/**
 * Every reader over its seeds and over what once broke it, then a short run of always the same
 * mutations; and the fuzzer itself over readers that are broken on purpose.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { runCampaign } from './lib/fuzz/campaign.mjs';
import { execute } from './lib/fuzz/execute.mjs';
import { byteMutations } from './lib/fuzz/mutate-bytes.mjs';
import { readerFiles } from './lib/fuzz/readers.mjs';
import { readSeeds } from './lib/fuzz/seed-files.mjs';
import { watchedRun } from './lib/fuzz/watched-run.mjs';

/** Of the slowest reader; others have more in the same time. */
const executions = { archive: 200, 'custody-log': 60, head: 50 };

async function withReader(file, work) {
  const { reader } = await import(pathToFileURL(file));
  const opened = await reader.open();
  try {
    return await work(reader, opened);
  } finally {
    await opened.close?.();
  }
}

describe.each(readerFiles())('reading mutated input as $name', ({ name, file }) => {
  it('takes some seed, and none of them breaks it', async () => {
    await withReader(file, async (reader, opened) => {
      const seeds = readSeeds(name);
      const verdicts = [];
      for (const { bytes } of seeds) verdicts.push((await execute(reader, opened, bytes)).verdict);
      expect(verdicts).toContain('accepted');
      expect(seeds.filter((_seed, at) => verdicts[at] === 'broken')).toEqual([]);
    });
  });

  it('ends in no other way than it states', async () => {
    await withReader(file, async (reader, opened) => {
      const seeds = readSeeds(name).map(({ bytes }) => bytes);
      const amount = { executions: executions[name] ?? 400, seed: 'test' };
      const { crashes, refused } = await runCampaign(reader, opened, { ...amount, seeds });
      expect(crashes).toEqual([]);
      expect(refused).toBeGreaterThan(0);
    });
  });
});

describe('fuzzing a reader that is broken on purpose', () => {
  const brokenAtX = {
    name: 'broken',
    refusals: [],
    mutations: byteMutations,
  };
  const seeds = [Buffer.from('some text with x in it')];

  it('finds what breaks it and makes it as short as it can be', async () => {
    const opened = {
      run: (bytes) => {
        if (bytes.includes('x')) throw new TypeError('broken');
      },
    };
    const options = { executions: 50, seed: 'test', seeds };
    const { crashes } = await runCampaign(brokenAtX, opened, options);
    expect(crashes.map(({ input }) => String(input))).toEqual(['x']);
  });

  it('gives the same inputs for the same seed', async () => {
    const inputsOf = async (seed) => {
      const inputs = [];
      const opened = { run: (bytes) => void inputs.push(bytes.toString('hex')) };
      await runCampaign(brokenAtX, opened, { executions: 100, seed, seeds });
      return inputs;
    };
    expect(await inputsOf('one')).toEqual(await inputsOf('one'));
    expect(await inputsOf('one')).not.toEqual(await inputsOf('two'));
  });

  it('sees a prototype that was written to', async () => {
    const opened = {
      run: () => {
        Object.prototype.polluted = 1;
      },
    };
    expect(await execute(brokenAtX, opened, seeds[0])).toMatchObject({ verdict: 'broken' });
  });

  it.each([
    ['hangs', 'for (;;);', 'longer than 300 ms'],
    ['ends the process', 'process.exit(7);', 'ended with 7'],
    ['rejects where nobody waits', 'Promise.reject(new Error("stray"));', 'stray'],
  ])('tells of one that %s, with its input', async (_what, body, text) => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-test-'));
    try {
      const file = join(folder, 'reader.mjs');
      const source = `const run = () => { ${body} };
        export const reader = { name: 'planted', refusals: [], mutations: [() => Buffer.from('x')], open: async () => ({ run }) };`;
      writeFileSync(file, source);
      const report = await watchedRun({ reader: file, seed: 'test', executions: 1, hangMs: 300 });
      const [crash] = report.crashes;
      expect(crash.text).toContain(text);
      expect(Buffer.from(crash.input, 'base64').toString()).toBe('x');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
