/** The custody log: what proves to be whole up to a line that was noted elsewhere is, to the byte, what was written. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { promise } from '../lib/fuzz/execute.mjs';
import { byteMutations } from '../lib/fuzz/mutate-bytes.mjs';
import { jsonMutations } from '../lib/fuzz/mutate-json.mjs';
import { CustodyLog, verifyCustodyLog } from '../../packages/bundle/dist/index.js';
import { openScratch } from '../lib/fuzz/scratch.mjs';
import { readSeeds } from '../lib/fuzz/seed-files.mjs';

const facts = {
  time: '2026-01-02T03:04:05Z',
  event: 'verify',
  tool: 'fuzz',
  host: 'h',
  outcome: 'success',
};

export const reader = {
  name: 'custody-log',
  refusals: ['LOG_INVALID', 'LOG_BROKEN'],
  mutations: [...byteMutations, changeLine, changeLine, moveLine, moveLine, chainAgain],
  open: async () => {
    const { file, close } = openScratch('custody.jsonl');
    const known = readSeeds('custody-log').map(({ bytes }) => linesOf(bytes));
    return { close, run: (bytes) => check(bytes, file, known) };
  },
};

async function check(bytes, file, known) {
  writeFileSync(file, bytes);
  const before = await verifyCustodyLog(file);
  for (const lines of known) await checkPrefix(file, bytes, lines);
  const { hash } = await (await CustodyLog.open(file)).append(facts);
  const grown = readFileSync(file);
  promise(grown.subarray(0, bytes.length).equals(bytes), 'bytes that were written have changed');
  const after = await verifyCustodyLog(file, { last: hash });
  promise(after.problems.length <= before.problems.length, 'a line that does not continue the log');
  promise(after.knownLine === after.lines, 'a hash that no line has');
  if (before.problems.length > 0)
    throw Object.assign(new Error(before.problems[0].text), { code: 'LOG_BROKEN' });
}

/** The hash of the last line as somebody noted it: nothing before it can have changed unseen. */
async function checkPrefix(file, bytes, lines) {
  const last = createHash('sha256').update(lines.at(-1)).digest('hex');
  const { problems, knownLine } = await verifyCustodyLog(file, { last });
  if (problems.length > 0) return;
  const found = linesOf(bytes).slice(0, knownLine);
  const same = Buffer.concat(found).equals(Buffer.concat(lines));
  promise(same, 'lines before a known one were changed and nobody saw it');
}

/** Each with its line feed, as if the last one had it. */
function linesOf(bytes) {
  const lines = bytes.toString('latin1').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => Buffer.from(`${line}\n`, 'latin1'));
}

function changeLine(random, bytes, others) {
  return withLines(bytes, (lines) => {
    const at = random.below(lines.length);
    const parsed = jsonMutations[0](random, lines[at].subarray(0, -1), others);
    lines[at] = Buffer.concat([parsed, Buffer.from('\n')]);
  });
}

function moveLine(random, bytes) {
  return withLines(bytes, (lines) => {
    const [line] = lines.splice(random.below(lines.length), random.once(3) ? 0 : 1);
    lines.splice(random.below(lines.length + 1), random.below(2), line ?? random.pick(lines));
  });
}

/** What somebody would do who wants the change not to be seen: every later hash made right. */
function chainAgain(random, bytes) {
  return withLines(bytes, (lines) => {
    for (const [at, line] of lines.entries()) {
      const before = lines[at - 1];
      const hash = before && createHash('sha256').update(before).digest('hex');
      const text = line.toString('latin1').replace(/^\{"line":[0-9]+/, `{"line":${at + 1}`);
      lines[at] = Buffer.from(
        hash === undefined
          ? text
          : text.replace(/"previous":"[a-f0-9]{64}"/, `"previous":"${hash}"`),
        'latin1',
      );
    }
  });
}

function withLines(bytes, change) {
  const lines = linesOf(bytes);
  if (lines.length === 0) return bytes;
  change(lines);
  return Buffer.concat(lines);
}
