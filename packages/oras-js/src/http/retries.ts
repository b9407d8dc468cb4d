/**
 * The only place that decides to try something again.
 *
 * A request is one unit, a download is one, an upload is one; none of them is
 * nested in another, so waits never multiply. What a host asked for by
 * `Retry-After` holds for all who talk to it.
 */
import { sleep } from '../async/sleep.js';
import { RegistryError } from '../registry/registry-error.js';
import type { HttpRequest } from './send.js';
import { retryDefaults, type RetryEvent, type RetryOptions } from './retry-options.js';

export class Retries {
  private readonly options: Required<RetryOptions>;
  private readonly onRetry: (event: RetryEvent) => void;
  /** Host to the moment, in milliseconds, before which it is left alone. */
  private readonly quietUntil = new Map<string, number>();

  constructor(options: RetryOptions = {}, onRetry: (event: RetryEvent) => void = () => undefined) {
    this.options = { ...retryDefaults, ...options };
    this.onRetry = onRetry;
  }

  begin(about: Pick<HttpRequest, 'url' | 'operation' | 'signal'>): Attempts {
    return new Attempts(this, about);
  }

  /** Waits while the host wants to be left alone. */
  async whenWelcome(host: string, signal: AbortSignal | undefined): Promise<void> {
    const waitMs = (this.quietUntil.get(host) ?? 0) - Date.now();
    if (waitMs > 0) await sleep(waitMs, signal);
  }

  /** @returns How long to wait, or undefined to give up. */
  waitAfter(error: RegistryError, retry: number): number | undefined {
    const { maxRetries, firstWaitMs, maxWaitMs, random } = this.options;
    const asked = error.retryAfterMs ?? 0;
    if (retry > maxRetries || asked > maxWaitMs) return undefined;
    if (asked > 0 && error.host !== undefined) this.quietUntil.set(error.host, Date.now() + asked);
    const own = Math.min(firstWaitMs * 2 ** (retry - 1), maxWaitMs) * (0.75 + random() / 2);
    return Math.max(asked, Math.round(own));
  }

  report(event: RetryEvent): void {
    this.onRetry(event);
  }
}

/** The attempts at one thing. */
export class Attempts {
  private readonly retries: Retries;
  private readonly about: Pick<HttpRequest, 'url' | 'operation' | 'signal'>;
  private retry = 0;

  constructor(retries: Retries, about: Pick<HttpRequest, 'url' | 'operation' | 'signal'>) {
    this.retries = retries;
    this.about = about;
  }

  /** An attempt brought enough to start counting anew, although it failed in the end. */
  progressed(): void {
    this.retry = 0;
  }

  /** Returns after the wait when it is worth trying again; otherwise throws `error`. */
  async failed(error: unknown): Promise<void> {
    const { signal, url, operation } = this.about;
    signal?.throwIfAborted();
    if (!(error instanceof RegistryError) || !error.mayPass) throw error;
    this.retry += 1;
    const waitMs = this.retries.waitAfter(error, this.retry);
    if (waitMs === undefined) throw error;
    this.retries.report({ host: url.host, operation, retry: this.retry, waitMs, error });
    await sleep(waitMs, signal);
  }
}
