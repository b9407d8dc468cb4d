/** read-by-node.mjs HOST LIST: reads and hashes the one blob of a JSON file with nothing but node:http. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get } from 'node:http';

const [host, list] = process.argv.slice(2);
const [blob] = JSON.parse(readFileSync(list, 'utf8'));
const hash = createHash('sha256');
const [response] = await once(get(`http://${host}/v2/bench/app/blobs/${blob.digest}`), 'response');
response.on('data', (chunk) => hash.update(chunk));
await once(response, 'end');
const found = `sha256:${hash.digest('hex')}`;
if (found !== blob.digest) throw new Error(`expected ${blob.digest}, found ${found}`);
