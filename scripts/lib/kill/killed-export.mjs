/** One export that is killed at random moments, and what has to hold after it. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { killAtRandom, runToEnd } from './kill-at-random.mjs';

/**
 * @param scene `start` for the command, its `file`, the source `registry`, `expected`: the bytes of a
 *   run that nobody disturbed, from `comparedFrom` on; the digests of the `layers`.
 * @returns How often it was killed.
 */
export async function killedExport(scene, chance) {
  const { start, file, registry, expected, comparedFrom, layers } = scene;
  const killed = await killAtRandom(start, chance);
  const noted = notedBlobs(`${file}.partial.journal`);
  const before = registry.requests.length;
  // A kill may come when the file has its name already: then it has to be whole, too.
  const isPublished = existsSync(file);
  if (!isPublished) await runToEnd(start);
  const found = readFileSync(file).subarray(comparedFrom);
  if (!found.equals(expected)) throw new Error('expected the same bytes as without a kill');
  for (const left of ['.partial', '.partial.journal', '.partial.kept']) {
    if (isPublished) rmSync(`${file}${left}`, { force: true });
    if (existsSync(`${file}${left}`)) throw new Error(`${file}${left} is left over`);
  }
  rmSync(file);
  const repeated = repeatedBytes(registry.requests.slice(before), noted, layers);
  if (repeated > 0) throw new Error(`${repeated} bytes were fetched again that had been noted`);
  return killed;
}

/** For each blob, the bytes from its first one on that the journal says are there. */
function notedBlobs(journal) {
  const noted = new Map();
  if (!existsSync(journal)) return noted;
  for (const line of readFileSync(journal, 'latin1').split('\n')) {
    const [, digest, start, end] = /^(sha256:\S+) \d+ (\d+) (\d+)$/.exec(line) ?? [];
    if (Number(start) === 0) noted.set(digest, Math.max(noted.get(digest) ?? 0, Number(end)));
  }
  return noted;
}

function repeatedBytes(requests, noted, layers) {
  let bytes = 0;
  for (const { method, path, headers } of requests) {
    const [, digest] = /\/blobs\/(sha256:[0-9a-f]+)/.exec(path) ?? [];
    if (method !== 'GET' || !noted.has(digest) || !layers.includes(digest)) continue;
    const [, start = '0'] = /^bytes=(\d+)-/.exec(headers.range ?? '') ?? [];
    bytes += Math.max(0, noted.get(digest) - Number(start));
  }
  return bytes;
}
