/**
 * One direction of a slow line: bytes go in, and come out in order, so many a second, a while later.
 *
 * One queue, because a timer for each piece would let pieces overtake each other. What is on the way is
 * bounded: beyond that nothing more is read from the sender, as on a real line with a full window.
 */
import { setTimeout } from 'node:timers/promises';
import { drained } from '../drained.mjs';

/** @param {{ bytesPerSecond: number, delayMs: number, windowBytes: number }} line */
export async function slowLane(from, to, { bytesPerSecond, delayMs, windowBytes }) {
  const onTheWay = [];
  let bytes = 0;
  let freeAt = 0;
  let isEnded = false;
  let wake = () => undefined;
  from.on('data', (chunk) => {
    freeAt = Math.max(performance.now(), freeAt) + (chunk.length / bytesPerSecond) * 1000;
    onTheWay.push({ chunk, dueAt: freeAt + delayMs });
    bytes += chunk.length;
    if (bytes >= windowBytes) from.pause();
    wake();
  });
  from.once('close', () => {
    isEnded = true;
    wake();
  });
  from.once('end', () => {
    isEnded = true;
    wake();
  });
  while (!isEnded || onTheWay.length > 0) {
    const next = onTheWay.shift();
    if (next === undefined) {
      await new Promise((resolve) => (wake = resolve));
      continue;
    }
    const waitMs = next.dueAt - performance.now();
    if (waitMs > 0) await setTimeout(waitMs);
    if (to.destroyed) return;
    if (!to.write(next.chunk)) await drained(to);
    bytes -= next.chunk.length;
    if (bytes < windowBytes) from.resume();
  }
  to.end();
}
