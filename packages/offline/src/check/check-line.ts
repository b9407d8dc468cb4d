/** One answer of a check before the work: what was looked at, how it stands, and what to do about it. */
import type { CodedError } from 'oras-js';

/** `unknown` is for what cannot be seen from here without doing harm; nothing is ever guessed. */
export type CheckState = 'ok' | 'warn' | 'fail' | 'unknown';

export interface CheckLine {
  readonly check: string;
  /** A host, an image, or a place in a registry. */
  readonly subject: string;
  readonly state: CheckState;
  readonly found: string;
  /** One thing to do. */
  readonly hint?: string | undefined;
  /** Of a failure: decides the exit code. */
  readonly error?: CodedError | undefined;
}

/** What one check says; which check it was, and of what, is known to those who asked. */
export type CheckAnswer = Omit<CheckLine, 'check' | 'subject'>;

export function ok(found: string): CheckAnswer {
  return { state: 'ok', found };
}

export function warn(found: string, hint: string): CheckAnswer {
  return { state: 'warn', found, hint };
}

export function unknown(found: string, hint?: string): CheckAnswer {
  return { state: 'unknown', found, hint };
}

export function fail(error: CodedError, hint: string): CheckAnswer {
  return { state: 'fail', found: error.message, hint, error };
}
