/** One large blob, read and proven: `Repository.fetch` and `verifyContent` beside bare node:http and a hash. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startBlobServer } from '../lib/client-bench/blob-server.mjs';
import { measureRun } from '../lib/measure-run.mjs';

export const title = 'client: one blob of 1 GiB, read and proven';

const largeBytes = 1024 ** 3;
const smallCount = 1000;
const concurrency = 8;

let server;
let lists;

export async function contenders({ folder }) {
  server = await startBlobServer(largeBytes, smallCount);
  lists = { large: join(folder, 'large.json'), small: join(folder, 'small.json') };
  lists.empty = join(folder, 'empty.json');
  writeFileSync(lists.empty, '[]');
  writeFileSync(lists.large, JSON.stringify([server.large]));
  writeFileSync(lists.small, JSON.stringify(server.small));
  return [
    { name: 'oras-js', run: () => reading('read-by-oras-js', lists.large, 1) },
    { name: 'node:http and a hash', run: () => reading('read-by-node', lists.large) },
  ].map((contender) => ({ ...contender, fileBytes: () => largeBytes }));
}

/** What needs no peer: how many connections many blobs take, and what starting costs. Ends the server. */
export async function remarks() {
  try {
    await server.connections();
    const many = await succeeding(reading('read-by-oras-js', lists.small, concurrency));
    const connections = await server.connections();
    const none = await succeeding(reading('read-by-oras-js', lists.empty, 1));
    return [
      `${smallCount} small blobs, ${concurrency} at once: ${connections} connections, ${many.wallSeconds.toFixed(2)} s`,
      `no blob at all: ${none.cpuSeconds.toFixed(2)} s of processor, to start; the figures above include it`,
    ];
  } finally {
    await server.close();
  }
}

async function succeeding(running) {
  const run = await running;
  if (run.code !== 0) throw new Error(run.errors);
  return run;
}

function reading(script, list, ...args) {
  const file = fileURLToPath(new URL(`../lib/client-bench/${script}.mjs`, import.meta.url));
  return measureRun(process.execPath, [file, server.host, list, ...args.map(String)]);
}
