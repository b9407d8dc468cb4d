/** One large blob, read and proven: `Repository.fetch` and `verifyContent` beside bare node:http and a hash. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startBlobServer } from '../lib/client-bench/blob-server.mjs';
import { measureRun } from '../lib/measure-run.mjs';

export const title = 'client: one blob of 1 GiB, read and proven';

const largeBytes = 1024 ** 3;
const smallCount = 1000;
const concurrency = 8;

export async function prepare({ carry }) {
  const server = await startBlobServer(largeBytes, smallCount);
  const list = (name, blobs) => {
    writeFileSync(carry.file(name), JSON.stringify(blobs));
    return carry.file(name);
  };
  const large = list('large.json', [server.large]);
  const reading = readingFrom(server.host);
  return {
    bytes: largeBytes,
    contenders: [
      { name: 'oras-js', run: () => reading('read-by-oras-js', large, 1) },
      { name: 'node:http and a hash', run: () => reading('read-by-node', large) },
    ],
    remarks: () =>
      manyAndNone(server, reading, list('small.json', server.small), list('empty.json', [])),
    cleanUp: () => server.close(),
  };
}

/** What needs no peer: how many connections many blobs take, and what starting costs. */
async function manyAndNone(server, reading, small, empty) {
  await server.connections();
  const many = await succeeding(reading('read-by-oras-js', small, concurrency));
  const connections = await server.connections();
  const none = await succeeding(reading('read-by-oras-js', empty, 1));
  return [
    `${smallCount} small blobs, ${concurrency} at once: ${connections} connections, ${many.wallSeconds.toFixed(2)} s`,
    `no blob at all: ${none.cpuSeconds.toFixed(2)} s of processor, to start; the figures above include it`,
  ];
}

async function succeeding(running) {
  const run = await running;
  if (run.code !== 0) throw new Error(run.errors);
  return run;
}

function readingFrom(host) {
  return (script, list, ...args) => {
    const file = fileURLToPath(new URL(`../lib/client-bench/${script}.mjs`, import.meta.url));
    return measureRun(process.execPath, [file, host, list, ...args.map(String)]);
  };
}
