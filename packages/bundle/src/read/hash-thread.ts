/**
 * A thread that hashes parts of an open file, one after the other.
 *
 * It opens nothing: it reads through the descriptor that it is given, and
 * judges nothing: what the digest should be is not known here.
 */
import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { readPieceBytes } from '../limits.js';
import type { HashAnswer, HashJob } from './hash-job.js';

/** Told each time so much more was read: the thread that listens wants a processor, too, each time. */
const tellEveryBytes = 8 * 1024 * 1024;

const piece = Buffer.allocUnsafeSlow(readPieceBytes);

function hashPart({ descriptor, position, length }: HashJob): HashAnswer {
  const hash = createHash('sha256');
  let untold = 0;
  for (let done = 0; done < length;) {
    const wanted = Math.min(piece.byteLength, length - done);
    const count = readSync(descriptor, piece, 0, wanted, position + done);
    if (count === 0) return { type: 'ended', at: position + done };
    hash.update(piece.subarray(0, count));
    done += count;
    untold += count;
    if (untold < tellEveryBytes && done < length) continue;
    parentPort?.postMessage({ type: 'bytes', count: untold } satisfies HashAnswer);
    untold = 0;
  }
  return { type: 'digest', hex: hash.digest('hex') };
}

function answerTo(job: HashJob): HashAnswer {
  try {
    return hashPart(job);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { type: 'unreadable', code, message };
  }
}

parentPort?.on('message', (job: HashJob) => {
  parentPort?.postMessage(answerTo(job));
});
