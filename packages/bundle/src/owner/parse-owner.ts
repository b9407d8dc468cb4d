/** Reads what a lock file says of its owner. A half-written one says nothing, and is no error. */
import { JsonError, objectAt, parseStrictJson, type JsonValue } from 'oras-js';
import type { LockOwner } from './lock-owner.js';

export function parseOwner(bytes: Uint8Array): LockOwner {
  try {
    const { world, pid, started } = objectAt(parseStrictJson(bytes), 'the owner');
    return { world: textOf(world), pid: numberOf(pid), started: numberOf(started) };
  } catch (cause) {
    if (!(cause instanceof JsonError)) throw cause;
    return { world: undefined, pid: undefined, started: undefined };
  }
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** It becomes part of a path under `/proc`. */
function numberOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && /^[0-9]{1,20}$/.test(value) ? value : undefined;
}
