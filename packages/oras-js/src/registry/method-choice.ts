/**
 * Which method one upload uses now, and how often something may go wrong with it.
 *
 * Every counter here ends: whatever a registry answers, an upload comes to an end.
 */
import { nextMethod, type UploadMethod } from './upload-methods.js';
import { isBodyTooLarge, isDigestRefusal } from './upload-refusals.js';
import type { RegistryError } from './registry-error.js';

/** Two broken connections at the same place are a limit on one body, not an accident. */
const maxStalls = 2;
/** Lost sessions and refusals in the middle: more of them are no accident, either. */
const maxRepeats = 2;

export class MethodChoice {
  method: UploadMethod;
  private stalls = 0;
  private repeats = 0;
  private isDigestRefused = false;

  constructor(first: UploadMethod) {
    this.method = first;
  }

  /** The same method, from where the registry is or from the start. */
  mayRepeat(): boolean {
    this.repeats += 1;
    return this.repeats <= maxRepeats;
  }

  /** Takes another method; false when there is none. */
  next(error: RegistryError): boolean {
    // Bytes that were proven here and arrive wrong twice do not get better by a third way.
    if (isDigestRefusal(error) && this.isDigestRefused) return false;
    this.isDigestRefused ||= isDigestRefusal(error);
    return this.take(nextMethod(this.method, isBodyTooLarge(error)));
  }

  /** Notes an attempt that brought nothing; true when it made us take smaller bodies. */
  stalled(): boolean {
    this.stalls += 1;
    return this.stalls >= maxStalls && this.take(nextMethod(this.method, true));
  }

  private take(method: UploadMethod | undefined): boolean {
    if (method === undefined) return false;
    this.method = method;
    this.stalls = 0;
    return true;
  }
}
