/** Waiting together, in line, and not for ever. */
import { describe, expect, it } from '@jest/globals';
import { onAbort } from './on-abort.js';
import { SerialQueue } from './serial-queue.js';
import { SingleFlight } from './single-flight.js';
import { sleep } from './sleep.js';
import { Slots } from './slots.js';

describe('doing a thing once for all who ask', () => {
  it('gives all the same result and forgets it then', async () => {
    let runs = 0;
    const flight = new SingleFlight<number>();
    const work = () => Promise.resolve((runs += 1));
    expect(await Promise.all([flight.run('a', work), flight.run('a', work)])).toEqual([1, 1]);
    expect(await flight.run('a', work)).toBe(2);
  });

  it('goes on for the others when one stops waiting', async () => {
    const flight = new SingleFlight<string>();
    const stop = new AbortController();
    let finish: (text: string) => void = () => undefined;
    const work = () => new Promise<string>((resolve) => (finish = resolve));
    const first = flight.run('a', work, { signal: stop.signal });
    const second = flight.run('a', work);
    stop.abort('enough');
    await expect(first).rejects.toBe('enough');
    finish('done');
    expect(await second).toBe('done');
  });

  it('stops the work when nobody waits any more', async () => {
    const flight = new SingleFlight<string>();
    const stop = new AbortController();
    let inner: AbortSignal | undefined;
    const run = flight.run(
      'a',
      ({ signal }) => {
        inner = signal;
        return new Promise(() => undefined);
      },
      { signal: stop.signal },
    );
    stop.abort('enough');
    await expect(run).rejects.toBe('enough');
    expect(inner?.aborted).toBe(true);
  });
});

describe('taking places', () => {
  it('gives them in order, and each back once', async () => {
    const slots = new Slots(1);
    const order: number[] = [];
    const first = await slots.take(undefined);
    const others = [1, 2].map(async (number) => {
      const release = await slots.take(undefined);
      order.push(number);
      release();
      release();
    });
    first();
    await Promise.all(others);
    expect(order).toEqual([1, 2]);
    await slots.take(undefined);
    let isFree = false;
    void slots.take(undefined).then(() => {
      isFree = true;
    });
    await Promise.resolve();
    expect(isFree).toBe(false);
  });

  it('does not give one to somebody who left', async () => {
    const slots = new Slots(1);
    const release = await slots.take(undefined);
    const stop = new AbortController();
    const gone = slots.take(stop.signal);
    stop.abort('enough');
    await expect(gone).rejects.toBe('enough');
    release();
    await slots.take(undefined);
  });
});

describe('standing in line', () => {
  it('does one after the other, also after a failure', async () => {
    const queue = new SerialQueue();
    const order: string[] = [];
    const first = queue.run('k', async () => {
      await Promise.resolve();
      order.push('first');
      throw new Error('broken');
    });
    const second = queue.run('k', async () => {
      order.push('second');
    });
    await expect(first).rejects.toThrow('broken');
    await second;
    expect(order).toEqual(['first', 'second']);
  });
});

describe('listening to one signal for many', () => {
  it('tells all who still wait, and warns of no leak', () => {
    const warnings: unknown[] = [];
    const note = (warning: unknown) => warnings.push(warning);
    process.on('warning', note);
    const stop = new AbortController();
    let called = 0;
    const stops = Array.from({ length: 50 }, () =>
      onAbort(stop.signal, () => {
        called += 1;
      }),
    );
    for (const each of stops.slice(10)) each();
    stop.abort();
    process.off('warning', note);
    expect(called).toBe(10);
    expect(warnings).toEqual([]);
  });

  it('ends a sleep with the reason', async () => {
    const stop = new AbortController();
    const asleep = sleep(60_000, stop.signal);
    stop.abort('enough');
    await expect(asleep).rejects.toBe('enough');
  });
});
