/**
 * A folder as one gzip'd tar, with everything a manifest has to say about it: sorted names, one time
 * stamp, owner 0, so that the same files give the same bytes. Needs GNU tar and gzip.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, readdirSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';

export const layerTime = '@1700000000';

/** @returns {Promise<{ digest: string, size: number, diffId: string }>} Of the file; `size` in bytes. */
export async function packFolder(folder, file) {
  const tar = spawn(
    'tar',
    [
      ...['-c', '--format=gnu', '--sort=name', `--mtime=${layerTime}`],
      ...['--owner=0', '--group=0', '--numeric-owner'],
      ...['-C', folder, '--', ...readdirSync(folder).sort()],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  // The program and not node:zlib, whose output depends on the processor.
  const gzip = spawn('gzip', ['-n', '-6'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const plain = measure();
  const packed = measure();
  const ended = [endOf(tar), endOf(gzip)];
  await Promise.all([
    pipeline(tar.stdout, plain.pass, gzip.stdin),
    pipeline(gzip.stdout, packed.pass, createWriteStream(file)),
    ...ended,
  ]);
  return { digest: packed.digest(), size: packed.size(), diffId: plain.digest() };
}

export async function endOf(child) {
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${child.spawnargs[0]} ended with exit code ${code}`);
}

/** Counts and hashes what passes through. */
function measure() {
  const hash = createHash('sha256');
  let bytes = 0;
  return {
    async *pass(chunks) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        bytes += chunk.byteLength;
        yield chunk;
      }
    },
    digest: () => `sha256:${hash.digest('hex')}`,
    size: () => bytes,
  };
}
