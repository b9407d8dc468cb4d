/**
 * bench.mjs [--case NAME]... [--rounds N] [--small] [--real] [--peers FOLDER] [--write-docs]
 *
 * What it costs to carry images, beside what other people's programs take for the same work.
 * Figures, not limits: nothing here fails because a machine is slow. Each case is a file in bench/.
 * See docs/performance.md, which --write-docs writes from the last figures of each case.
 */
import { parseArgs } from 'node:util';
import { chosenCases } from './lib/bench/chosen-cases.mjs';
import { circumstances } from './lib/bench/circumstances.mjs';
import { aligned, figureRows } from './lib/bench/figure-rows.mjs';
import { figuresOf } from './lib/bench/figures.mjs';
import { keepFigures } from './lib/bench/kept-figures.mjs';
import { openBench } from './lib/bench/open-bench.mjs';
import { writePerformancePage } from './lib/bench/performance-page.mjs';
import { missingPrograms } from './lib/install-programs.mjs';
import { interleave } from './lib/interleave.mjs';
import { madeImagePrograms } from './lib/made-image/make-image.mjs';
import { realImagePrograms } from './lib/real-image/make-real-image.mjs';
import { workThenCleanUp } from './lib/work-then-clean-up.mjs';

const { values: flags } = parseArgs({
  options: {
    case: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '3' },
    small: { type: 'boolean', default: false },
    real: { type: 'boolean', default: false },
    peers: { type: 'string', default: process.env.SALLYPORT_BENCH_PEERS },
    'write-docs': { type: 'boolean', default: false },
  },
});
const imagePrograms = flags.real ? realImagePrograms : madeImagePrograms;
const missing = missingPrograms([...imagePrograms, 'docker-registry', 'skopeo', 'openssl']);
if (missing.length > 0) {
  console.error(`error: these programs are missing: ${missing.join(', ')}`);
  process.exit(2);
}
const rounds = Number(flags.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`error: expected a number of rounds, found ${flags.rounds}`);
  process.exit(2);
}

let bench;
await workThenCleanUp(measureCases, async () => bench?.close());

async function measureCases() {
  const cases = await chosenCases(flags.case);
  bench = await openBench({ ...flags, rounds, peersFolder: flags.peers });
  const found = await circumstances(bench);
  for (const line of found) console.log(line);
  for (const each of cases) await measureCase(each, found);
  if (flags['write-docs']) await writePerformancePage();
}

async function measureCase({ name, title, prepare }, found) {
  console.log(`\n${title}`);
  const { bytes, contenders, remarks, cleanUp, warmUps = 1 } = await prepare(bench);
  try {
    const results = await interleave(contenders, { rounds, warmUps });
    const figures = figuresOf(results, bytes);
    for (const line of aligned(figureRows(figures))) console.log(`  ${line}`);
    const said = (await remarks?.(results)) ?? [];
    for (const line of said) console.log(`  ${line}`);
    keepFigures(name, { title, circumstances: found, figures, remarks: said });
  } finally {
    await cleanUp?.();
  }
}
