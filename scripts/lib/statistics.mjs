/** What a handful of measurements says: the middle one, and how far the others lie from it. */

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** `1.23 [1.10 – 1.31]` */
export function spread(numbers, digits = 2) {
  const show = (number) => number.toFixed(digits);
  return `${show(median(numbers))} [${show(Math.min(...numbers))} – ${show(Math.max(...numbers))}]`;
}
