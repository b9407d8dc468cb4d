import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Exchange } from './exchange.js';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

function anExchange(signal?: AbortSignal): Exchange {
  return new Exchange({
    method: 'PUT',
    url: new URL('http://127.0.0.1:5000/v2/'),
    operation: 'sending',
    signal,
  });
}

describe('keeping the time of a request', () => {
  it('gives the request up when nothing comes for as long as allowed', () => {
    const exchange = anExchange();
    exchange.arm(1000, 'no answer');
    jest.advanceTimersByTime(1000);
    expect(exchange.failure(new Error('aborted'))).toMatchObject({ code: 'REGISTRY_TIMEOUT' });
  });

  it.each(['finish', 'cancel'] as const)(
    'leaves no timer behind after %s, whoever arms it late',
    (end) => {
      const exchange = anExchange();
      exchange.arm(1000, 'no answer');
      exchange.limit(5000, 'no end');
      exchange[end]();
      exchange.arm(60_000, 'no progress');
      exchange.limit(60_000, 'no end');
      expect(jest.getTimerCount()).toBe(0);
    },
  );

  it('fails with the reason of the caller who stopped it', () => {
    const stop = new AbortController();
    const exchange = anExchange(stop.signal);
    const reason = new Error('interrupted');
    stop.abort(reason);
    expect(exchange.signal.aborted).toBe(true);
    expect(exchange.failure(new Error('aborted'))).toBe(reason);
  });
});
