/**
 * Files that import each other in a circle, types included: such files can be understood only
 * all together, and which of them runs first depends on who asks.
 */

/**
 * @param {ReadonlyMap<string, readonly string[]>} imports File → the files it imports.
 * @returns {string[][]} Circles, each as the way from its first file back to it.
 */
export function importCycles(imports) {
  const cycles = [];
  const done = new Set();
  const way = [];

  const follow = (file) => {
    const start = way.indexOf(file);
    if (start !== -1) cycles.push([...way.slice(start), file]);
    if (start !== -1 || done.has(file)) return;
    way.push(file);
    for (const next of imports.get(file) ?? []) follow(next);
    way.pop();
    done.add(file);
  };

  for (const file of imports.keys()) follow(file);
  return cycles;
}
