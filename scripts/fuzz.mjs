/**
 * fuzz.mjs [--reader NAME]... [--seconds N] [--executions N] [--seed TEXT]
 *
 * Gives every reader of foreign input mutated bytes, 60 seconds each by default, and fails when one
 * of them ends in any other way than the readers state. What breaks one is written to build/fuzz.
 * See docs/fuzzing.md.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readerFiles } from './lib/fuzz/readers.mjs';
import { watchedRun } from './lib/fuzz/watched-run.mjs';
import { repositoryRoot } from './lib/repository-root.mjs';

const hangMs = 5000;
const maxMegabytes = 512;

const { values } = parseArgs({
  options: {
    reader: { type: 'string', multiple: true },
    seconds: { type: 'string', default: '60' },
    executions: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
const readers = chosen(values.reader);
const columns = [14, 10, 9, 9, 6, 8, 8, 8];
console.log(`seed ${values.seed}`);
row(['reader', 'executions', 'accepted', 'refused', 'ends', 'crashes', 'peak MB', 'per s']);
for (const { name, file } of readers) {
  const report = await watchedRun({ reader: file, seed: values.seed, hangMs, ...amount() });
  const crashes = [...report.crashes, ...tooLarge(report)];
  const perSecond = report.executions / (report.seconds || 1);
  row([
    name,
    report.executions,
    report.accepted,
    report.refused,
    Object.keys(report.kinds).length,
    crashes.length,
    Math.round(report.peakMegabytes),
    Math.round(perSecond),
  ]);
  for (const crash of crashes) tell(name, crash);
  if (crashes.length > 0) process.exitCode = 1;
}

function chosen(names) {
  const all = readerFiles();
  const unknown = names?.find((name) => !all.some((reader) => reader.name === name));
  if (unknown === undefined) return all.filter(({ name }) => names?.includes(name) ?? true);
  const known = all.map(({ name }) => name).join(', ');
  console.error(`error: expected the name of a reader, found ${unknown}\nhint: one of ${known}`);
  process.exit(2);
}

function amount() {
  if (values.executions !== undefined) return { executions: Number(values.executions) };
  return { seconds: Number(values.seconds) };
}

function tooLarge({ peakMegabytes }) {
  if (peakMegabytes <= maxMegabytes) return [];
  const text = `expected at most ${maxMegabytes} MB of memory, found ${Math.round(peakMegabytes)}`;
  return [{ kind: 'memory', text, input: '' }];
}

function tell(name, { text, input }) {
  const bytes = Buffer.from(input, 'base64');
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  const folder = join(repositoryRoot, 'build', 'fuzz', name);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `crash-${hash}`);
  writeFileSync(file, bytes);
  console.log(
    `  ${text.split('\n').slice(0, 6).join('\n  ')}\n  input: ${file} (${bytes.length} bytes)`,
  );
}

function row(cells) {
  console.log(
    cells
      .map((cell, at) =>
        at === 0 ? String(cell).padEnd(columns[at]) : String(cell).padStart(columns[at]),
      )
      .join(' '),
  );
}
