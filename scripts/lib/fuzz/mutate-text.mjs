/** Damage to a line of text that is made of known words: names of images, headers. */
import { byteMutations, replaced } from './mutate-bytes.mjs';

/** @param {readonly string[]} words What the reader looks for. */
export function textMutations(words) {
  const insertWord = (random, bytes) =>
    replaced(bytes, random.below(bytes.length + 1), 0, wordFrom(random, words));
  const replaceWord = (random, bytes) => {
    const at = random.below(bytes.length + 1);
    return replaced(bytes, at, random.small(16), wordFrom(random, words));
  };
  return [insertWord, insertWord, replaceWord, repeatPiece, ...byteMutations];
}

function wordFrom(random, words) {
  const word = random.pick(words);
  return Buffer.from(word.repeat(random.once(12) ? random.small(4000) : 1));
}

/** What costs a backtracking matcher the most. */
function repeatPiece(random, bytes) {
  const at = random.below(bytes.length + 1);
  const piece = bytes.subarray(at, at + random.small(12)).toString('latin1');
  return replaced(bytes, at, 0, Buffer.from(piece.repeat(random.small(2000)), 'latin1'));
}
