/**
 * Jest's functions, taken from the running test.
 *
 * Imported by name they would make this package unusable outside of jest,
 * where benchmarks and demos need its registries and images.
 */
import type { describe, expect, it } from '@jest/globals';

interface JestGlobals {
  readonly describe: typeof describe;
  readonly expect: typeof expect;
  readonly it: typeof it;
}

export function jestGlobals(): JestGlobals {
  return globalThis as unknown as JestGlobals;
}
