/** Something that goes wrong with certain requests, always or a number of times. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface Fault {
  /** Whether this request is one of those; asked only while `timesLeft` is above 0. */
  matches(request: IncomingMessage): boolean | Promise<boolean>;
  /** Goes down by one with each request that it happened to. */
  timesLeft: number;
  /**
   * Answers the request wrongly, or changes it and leaves the answer to the registry.
   *
   * Settles as true when there is nothing left to answer.
   */
  happen(request: IncomingMessage, response: ServerResponse): boolean | Promise<boolean>;
}

/** The first of `faults` that this request is for, counted down. */
export async function nextFault(
  faults: readonly Fault[],
  request: IncomingMessage,
): Promise<Fault | undefined> {
  for (const fault of faults) {
    if (fault.timesLeft > 0 && (await fault.matches(request))) {
      fault.timesLeft -= 1;
      return fault;
    }
  }
  return undefined;
}
