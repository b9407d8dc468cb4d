/**
 * bench.mjs [--rounds N] [--small] [--case NAME]
 *
 * What the real image costs to carry, beside what other people's tools take for the same work.
 * Figures, not limits: nothing here fails because a machine is slow. Each case is a file in bench/.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startDockerRegistry } from '@sallyport/testing';
import { megabytes } from './lib/format-amounts.mjs';
import { missingPrograms } from './lib/install-programs.mjs';
import { interleave } from './lib/interleave.mjs';
import { makeRealImage, realImagePrograms } from './lib/real-image/make-real-image.mjs';
import { repositoryRoot } from './lib/repository-root.mjs';
import { runProgram } from './lib/run-program.mjs';
import { sallyportIn } from './lib/sallyport.mjs';
import { skopeoCopy } from './lib/skopeo-copy.mjs';
import { spread } from './lib/statistics.mjs';
import { workThenCleanUp } from './lib/work-then-clean-up.mjs';

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    small: { type: 'boolean', default: false },
    case: { type: 'string' },
  },
});
const missing = missingPrograms([...realImagePrograms, 'docker-registry', 'skopeo']);
if (missing.length > 0) {
  console.error(`error: these programs are missing: ${missing.join(', ')}`);
  process.exit(2);
}

const cache = join(repositoryRoot, 'build', 'real-image');
const image = await makeRealImage({ cache, small: flags.small });
const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
const registry = await startDockerRegistry();
await workThenCleanUp(measureCases, async () => {
  await registry[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

async function measureCases() {
  const source = `${registry.host}/security-products/dast:6`;
  await skopeoCopy(`oci:${image.layout}`, `docker://${source}`);
  await sallyportIn(folder)('keygen', '--output', 'bundle');
  await printMachine();
  for (const { title, contenders, remarks } of await cases()) {
    printTable(title, await interleave(await contenders({ folder, source }), Number(flags.rounds)));
    for (const line of (await remarks?.()) ?? []) console.log(`  ${line}`);
  }
}

async function cases() {
  const names = readdirSync(join(repositoryRoot, 'scripts', 'bench')).sort();
  const wanted = names.filter((name) => flags.case === undefined || name === `${flags.case}.mjs`);
  return await Promise.all(wanted.map((name) => import(`./bench/${name}`)));
}

async function printMachine() {
  const skopeo = (await runProgram('skopeo', ['--version'])).trim();
  console.log(`Node ${process.versions.node}, ${skopeo}, ${cpus().length} × ${cpus()[0].model}`);
  const bytes = image.layers.reduce((sum, { size }) => sum + size, 0);
  console.log(
    `image of ${image.layers.length} layers, ${megabytes(bytes)}; registry on this machine`,
  );
  console.log(`median [min – max] of ${flags.rounds} rounds in turn, after one to warm up`);
}

/** Ratios are taken round by round against the last contender, the peer. */
function printTable(title, results) {
  const peer = results.at(-1).runs;
  console.log(`\n${title}`);
  for (const { name, runs } of results) {
    const of = (value) => spread(runs.map(value));
    const ratio = (value) => spread(runs.map((run, round) => value(run) / value(peer[round])));
    console.log(`  ${name}`);
    console.log(`    wall s                ${of((run) => run.wallSeconds)}`);
    console.log(`    processor s           ${of((run) => run.cpuSeconds)}`);
    console.log(`    peak memory MiB       ${of((run) => run.peakBytes / 1024 / 1024)}`);
    console.log(`    disk writes ÷ file    ${of((run) => run.diskBytes / run.fileBytes)}`);
    if (runs === peer) continue;
    console.log(`    wall ÷ peer           ${ratio((run) => run.wallSeconds)}`);
    console.log(`    processor ÷ peer      ${ratio((run) => run.cpuSeconds)}`);
  }
}
