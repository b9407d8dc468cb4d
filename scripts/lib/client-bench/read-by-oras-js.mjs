/** read-by-oras-js.mjs HOST LIST CONCURRENCY: reads and proves every blob of a JSON file through oras-js. */
import { readFileSync } from 'node:fs';
import { mapConcurrent, RegistryClient, verifyContent } from 'oras-js';

const [host, list, concurrency] = process.argv.slice(2);
const blobs = JSON.parse(readFileSync(list, 'utf8'));
// Named as plain http, so that no connection goes into finding that out.
const client = new RegistryClient({ plainHttp: [host] });
const repository = client.repository(host, 'bench/app');

await mapConcurrent(blobs, Number(concurrency), async (blob, call) => {
  let received = 0;
  for await (const chunk of verifyContent(await repository.fetch(blob, call), blob)) {
    received += chunk.byteLength;
  }
  if (received !== blob.size) throw new Error(`expected ${blob.size} bytes, found ${received}`);
});
await client.close();
