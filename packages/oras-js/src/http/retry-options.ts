/** When and how long to wait before a failed request is sent again. */
import type { RegistryError } from '../registry/registry-error.js';

/** When and how long to wait. Only what may pass is tried again: network trouble, 408, 425, 429 and most of 5xx. */
export interface RetryOptions {
  /** Sends after the first one; 0 turns retries off. Default 4. */
  readonly maxRetries?: number;
  /** Wait before the first retry, in milliseconds; doubles each time, plus or minus a quarter. Default 500. */
  readonly firstWaitMs?: number;
  /** Longest single wait, in milliseconds. A registry that asks for more is not asked again. Default 60 000. */
  readonly maxWaitMs?: number;
  /** From 0 up to 1, spreads the waits of many clients. Default `Math.random`. */
  readonly random?: () => number;
}

export const retryDefaults: Required<RetryOptions> = {
  // 0.5 + 1 + 2 + 4 s bridge the restart of a service behind a load balancer.
  maxRetries: 4,
  firstWaitMs: 500,
  // Registries that rate-limit ask for up to a minute.
  maxWaitMs: 60_000,
  random: Math.random,
};

/** Something failed and is about to be tried again. */
export interface RetryEvent {
  readonly host: string;
  readonly operation: string;
  /** 1 for the first retry. */
  readonly retry: number;
  readonly waitMs: number;
  readonly error: RegistryError;
}
