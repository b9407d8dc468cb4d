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
  writeFileSync(lists.large, JSON.stringify([server.large]));
  writeFileSync(lists.small, JSON.stringify(server.small));
  return [
    { name: 'oras-js', run: () => reading('read-by-oras-js', lists.large, 1) },
    { name: 'node:http and a hash', run: () => reading('read-by-node', lists.large) },
  ].map((contender) => ({ ...contender, fileBytes: () => largeBytes }));
}

/** Ends the server, after the question that needs no peer: how many connections many blobs take. */
export async function remarks() {
  try {
    await server.connections();
    const { code, errors, wallSeconds } = await reading(
      'read-by-oras-js',
      lists.small,
      concurrency,
    );
    if (code !== 0) throw new Error(errors);
    const connections = await server.connections();
    const seconds = wallSeconds.toFixed(2);
    return [
      `${smallCount} small blobs, ${concurrency} at once: ${connections} connections, ${seconds} s`,
    ];
  } finally {
    await server.close();
  }
}

function reading(script, list, ...args) {
  const file = fileURLToPath(new URL(`../lib/client-bench/${script}.mjs`, import.meta.url));
  return measureRun(process.execPath, [file, server.host, list, ...args.map(String)]);
}
