/** Makes an input that breaks a reader as short as it can be while it breaks it in the same way. */
import { performance } from 'node:perf_hooks';
import { execute } from './execute.mjs';

const longestMs = 20_000;

export async function minimise(reader, opened, { input, kind }, note) {
  const end = performance.now() + longestMs;
  const breaks = async (shorter) => {
    note(shorter);
    return (await execute(reader, opened, shorter)).kind === kind;
  };
  let shortest = input;
  for (let piece = Math.ceil(input.length / 2); piece >= 1; piece = Math.floor(piece / 2)) {
    for (let at = 0; at < shortest.length && performance.now() < end;) {
      const shorter = Buffer.concat([shortest.subarray(0, at), shortest.subarray(at + piece)]);
      if (await breaks(shorter)) shortest = shorter;
      else at += piece;
    }
  }
  return shortest;
}
