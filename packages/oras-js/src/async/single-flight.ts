/**
 * Does a thing once for all who ask for it at the same time.
 *
 * Nothing is remembered after it is done. One asker's abort does not take the
 * result from the others: the work itself stops only when nobody waits any more.
 */
import type { CallOptions } from '../content/target.js';
import { untilAborted } from './until-aborted.js';

interface Flight<Value> {
  readonly result: Promise<Value>;
  readonly stop: AbortController;
  waiting: number;
}

export class SingleFlight<Value> {
  private readonly flights = new Map<string, Flight<Value>>();

  async run(
    key: string,
    work: (options: Required<CallOptions>) => Promise<Value>,
    options: CallOptions = {},
  ): Promise<Value> {
    options.signal?.throwIfAborted();
    const flight = this.flights.get(key) ?? this.start(key, work);
    flight.waiting += 1;
    try {
      return await untilAborted(flight.result, options.signal);
    } finally {
      flight.waiting -= 1;
      if (flight.waiting === 0) this.end(key, flight);
    }
  }

  private start(
    key: string,
    work: (options: Required<CallOptions>) => Promise<Value>,
  ): Flight<Value> {
    const stop = new AbortController();
    const flight = { result: work({ signal: stop.signal }), stop, waiting: 0 };
    this.flights.set(key, flight);
    return flight;
  }

  private end(key: string, flight: Flight<Value>): void {
    if (this.flights.get(key) === flight) this.flights.delete(key);
    flight.stop.abort();
  }
}
