/** The process in which one reader runs; watched-run.mjs starts it and looks at it from outside. */
import { openSync, readdirSync, writevSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { runCampaign } from './campaign.mjs';
import { readSeeds } from './seed-files.mjs';

/** A few may be open for the program itself; one for each execution is a leak. */
const spareDescriptors = 16;

const request = JSON.parse(process.argv[2]);
const { reader } = await import(pathToFileURL(request.reader));
const noted = openSync(request.inputFile, 'w');
let executions = 0n;
let latest = Buffer.alloc(0);

const strays = [];
process.on('unhandledRejection', (error) => {
  strays.push({ kind: 'unhandled rejection', text: String(error?.stack ?? error), input: latest });
});

const opened = await reader.open();
const descriptorsBefore = openDescriptors();
const seeds = readSeeds(reader.name).map(({ bytes }) => bytes);
const result = await runCampaign(reader, opened, {
  ...request,
  seeds: seeds.length === 0 ? [Buffer.alloc(0)] : seeds,
  note,
});
result.crashes.push(...strays.slice(0, 1));
const leaked = openDescriptors() - descriptorsBefore;
if (leaked > spareDescriptors) {
  const text = `${leaked} descriptors were left open`;
  result.crashes.push({ kind: 'leak', text, input: latest });
}
await opened.close?.();
process.send({
  ...result,
  crashes: result.crashes.map((crash) => ({ ...crash, input: crash.input.toString('base64') })),
  peakMegabytes: process.resourceUsage().maxRSS / 1024,
});

/** Written before each execution: what hangs or takes the process down can be read from outside. */
function note(input) {
  latest = input;
  const head = Buffer.alloc(16);
  head.writeBigUInt64BE((executions += 1n), 0);
  head.writeBigUInt64BE(BigInt(input.length), 8);
  writevSync(noted, [head, input], 0);
}

function openDescriptors() {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}
