/**
 * One request on its way: its timer, its abort, and the reason why it ended.
 *
 * The HTTP library below reports every abort as the same error. Which of the
 * caller, a timer or the network it was is kept here, so that the caller's
 * reason comes back as it is.
 */
import { onAbort } from '../async/on-abort.js';
import { RegistryError } from '../registry/registry-error.js';
import type { HttpRequest } from './send.js';
import { transportError } from './transport-error.js';

export class Exchange {
  readonly closed: Promise<void>;
  private readonly request: HttpRequest;
  private readonly controller = new AbortController();
  private readonly stopListening: () => void;
  private timer: NodeJS.Timeout | undefined;
  private deadline: NodeJS.Timeout | undefined;
  private broken: { readonly reason: unknown } | undefined;
  private close: () => void = () => undefined;
  private isOver = false;

  constructor(request: HttpRequest) {
    this.request = request;
    this.closed = new Promise((resolve) => {
      this.close = resolve;
    });
    this.stopListening = onAbort(request.signal, () => {
      this.controller.abort();
    });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Starts the timer again. `silence` names what did not come: "no answer". */
  arm(ms: number, silence: string): void {
    // A body may still be giving its last chunk when the exchange is given up.
    if (this.isOver) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.fail(this.timedOut(ms, silence));
    }, ms);
  }

  /** From now on the whole of the rest has to come within `ms`. */
  limit(ms: number, silence: string): void {
    if (this.isOver || this.deadline !== undefined) return;
    this.deadline = setTimeout(() => {
      this.fail(this.timedOut(ms, silence));
    }, ms);
  }

  disarm(): void {
    clearTimeout(this.timer);
  }

  /** Everything came and went: the connection may be used again. */
  finish(): void {
    this.disarm();
    clearTimeout(this.deadline);
    this.stopListening();
    this.isOver = true;
    this.close();
  }

  /** Gives the connection up, unless it is free already. */
  cancel(): void {
    if (this.isOver) return;
    this.finish();
    this.controller.abort();
  }

  /** Gives the connection up for a reason of our own, which the reader gets as it is. */
  fail(reason: unknown): void {
    this.broken ??= { reason };
    this.controller.abort();
  }

  /** Why it failed; gives the connection up. */
  failure(error: unknown): unknown {
    const { signal } = this.request;
    this.cancel();
    if (signal?.aborted === true) return signal.reason;
    return this.broken === undefined ? transportError(error, this.request) : this.broken.reason;
  }

  private timedOut(ms: number, silence: string): RegistryError {
    const { operation, url } = this.request;
    return new RegistryError(
      'REGISTRY_TIMEOUT',
      `${operation}: ${silence} from ${url.host} for ${ms / 1000} seconds`,
      {
        host: url.host,
        operation,
        mayPass: true,
        hint: 'check the network and any proxy on the way to the registry',
      },
    );
  }
}
