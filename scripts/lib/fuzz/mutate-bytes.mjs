/** Damage that knows nothing of what the bytes mean: flipped bits, lost, doubled and foreign pieces, other numbers. */

const strangeBytes = [0x00, 0x01, 0x0a, 0x0d, 0x20, 0x22, 0x2f, 0x5c, 0x7f, 0x80, 0xc0, 0xed, 0xff];

const strangeNumbers = [
  '0',
  '1',
  '-1',
  '00',
  '511',
  '512',
  '2048',
  '4294967295',
  '4294967296',
  '8589934592',
  '9007199254740991',
  '9007199254740992',
  '18446744073709551616',
  '1e3',
  '1.5',
];

/** Each takes `(random, bytes, others)` and returns new bytes; `others` are the inputs known so far. */
export const byteMutations = [
  flipBit,
  overwrite,
  insert,
  remove,
  double,
  truncate,
  splice,
  tweakNumber,
  tail,
];

function flipBit(random, bytes) {
  return changed(random, bytes, (copy, at) => {
    copy[at] ^= 1 << random.below(8);
  });
}

function overwrite(random, bytes) {
  return changed(random, bytes, (copy, at) => {
    copy[at] = random.once(2) ? random.pick(strangeBytes) : random.below(256);
  });
}

function insert(random, bytes) {
  const piece = Buffer.alloc(random.small(64), random.pick(strangeBytes));
  return replaced(bytes, random.below(bytes.length + 1), 0, piece);
}

function remove(random, bytes) {
  const at = random.below(bytes.length + 1);
  return replaced(bytes, at, random.small(bytes.length + 1), Buffer.alloc(0));
}

function double(random, bytes) {
  const at = random.below(bytes.length + 1);
  const piece = bytes.subarray(at, at + random.small(1024));
  return replaced(bytes, random.once(2) ? at : random.below(bytes.length + 1), 0, piece);
}

function truncate(random, bytes) {
  return bytes.subarray(0, random.below(bytes.length + 1));
}

function splice(random, bytes, others) {
  const other = random.pick(others);
  const from = random.below(other.length + 1);
  const piece = other.subarray(from, from + random.small(4096));
  return replaced(bytes, random.below(bytes.length + 1), random.once(2) ? piece.length : 0, piece);
}

/** Another value for one of the runs of digits, or for one byte where there is none. */
function tweakNumber(random, bytes) {
  const runs = [...bytes.toString('latin1').matchAll(/[0-9]+/g)];
  if (runs.length === 0) return overwrite(random, bytes);
  const run = random.pick(runs);
  const near = String(BigInt(run[0].slice(0, 30)) + BigInt(random.below(5) - 2));
  const text = random.once(2) ? near : random.pick(strangeNumbers);
  return replaced(bytes, run.index, run[0].length, Buffer.from(text));
}

function tail(random, bytes) {
  return Buffer.concat([bytes, Buffer.alloc(random.small(1024), random.pick([0, 0x20, 0x0a]))]);
}

function changed(random, bytes, change) {
  if (bytes.length === 0) return bytes;
  const copy = Buffer.from(bytes);
  change(copy, random.below(bytes.length));
  return copy;
}

/** `bytes` with `length` of them at `at` replaced by `piece`. */
export function replaced(bytes, at, length, piece) {
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + length)]);
}
