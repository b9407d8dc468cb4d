/** Tags in the order in which people look for them: `latest`, versions from the newest down, then all other names. */

/** `6` stands before `6.1`, and `6.1` before `6.1.0`: the shorter name moves with the newest of the longer ones. */
export function newestFirst(tags: Iterable<string>): readonly string[] {
  return [...tags]
    .map((tag) => ({ tag, rank: rankOf(tag), numbers: numbersOf(tag) }))
    .sort((a, b) => a.rank - b.rank || compareNumbers(b.numbers, a.numbers) || byName(a.tag, b.tag))
    .map(({ tag }) => tag);
}

function rankOf(tag: string): number {
  if (/^latest(?:-|$)/.test(tag)) return 0;
  return /^v?\d/.test(tag) ? 1 : 2;
}

function numbersOf(tag: string): readonly number[] {
  return (/^v?(\d+(?:\.\d+)*)/.exec(tag)?.[1] ?? '').split('.').map(Number);
}

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const [left = Infinity, right = Infinity] = [a[at], b[at]];
    if (left !== right) return left - right;
  }
  return 0;
}

function byName(a: string, b: string): number {
  return a < b ? -1 : 1;
}
