/** Every reason behind an error, outermost first: what a person reads line by line. */

/** A chain longer than this is a circle or a bug, and nobody reads that far. */
const maxDepth = 16;

/** At most 16 errors, `error` itself first; a circle ends where it would begin again. */
export function causeChain(error: unknown): readonly unknown[] {
  const chain: unknown[] = [];
  let current = error;
  while (current !== undefined && chain.length < maxDepth && !chain.includes(current)) {
    chain.push(current);
    // Node's own errors come from another realm in some hosts, so their shape is read, not their class.
    current =
      typeof current === 'object' && current !== null && 'cause' in current
        ? current.cause
        : undefined;
  }
  return chain;
}
