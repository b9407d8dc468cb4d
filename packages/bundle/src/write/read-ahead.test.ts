/** Small entries of a stream, fetched before their turn; and what becomes of them when the turn never comes. */
import { describe, expect, it } from '@jest/globals';
import { eventually } from '@sallyport/testing';
import { buffer } from 'node:stream/consumers';
import { largeBundle } from '../test-bundles/large-bundle.test.js';
import { bundleBytes } from './bundle-bytes.js';
import type { OpenEntry } from './write-options.js';

describe('streaming many small entries', () => {
  it('asks for the next ones while one is on its way, a few at a time', async () => {
    const layers = Array.from({ length: 30 }, (_, at) => [`small ${at}`, 1000] as const);
    const bundle = await largeBundle(layers);
    let underWay = 0;
    let most = 0;
    const openEntry: OpenEntry = async (entry, options) => {
      underWay += 1;
      most = Math.max(most, underWay);
      // The first waits until others were asked for as well.
      await eventually(() => {
        expect(most).toBeGreaterThan(3);
      });
      underWay -= 1;
      return bundle.openPart(entry, options);
    };
    const bytes = await buffer(bundleBytes(bundle.signed, openEntry));
    expect(bytes.equals(await bundle.expected())).toBe(true);
    expect(most).toBeLessThanOrEqual(8);
    expect(bundle.opened).toHaveLength(bundle.signed.manifest.entries.length);
  });

  it('holds no large one', async () => {
    const bundle = await largeBundle([
      ['first', 600_000],
      ['second', 600_000],
    ]);
    const order: string[] = [];
    const openEntry: OpenEntry = async (entry, options) => {
      const index = bundle.layers.findIndex(({ digest }) => digest === entry.digest);
      if (index >= 0) order.push(`open ${index}`);
      return bundle.openPart(entry, options);
    };
    const proven = (entry: { readonly digest: string }): void => {
      const index = bundle.layers.findIndex(({ digest }) => digest === entry.digest);
      if (index >= 0) order.push(`proven ${index}`);
    };
    await buffer(bundleBytes(bundle.signed, openEntry, { onProven: proven }));
    const [one] = /\d/.exec(order[0] ?? '') ?? [];
    const other = one === '0' ? '1' : '0';
    expect(order).toEqual([`open ${one}`, `proven ${one}`, `open ${other}`, `proven ${other}`]);
  });

  it('gives up what was asked for when nobody reads on', async () => {
    const bundle = await largeBundle(
      Array.from({ length: 9 }, (_, at) => [`s${at}`, 1000] as const),
    );
    const aborted: boolean[] = [];
    const openEntry: OpenEntry = async (entry, options) => {
      if (bundle.opened.length > 2) {
        options.signal?.addEventListener('abort', () => aborted.push(true));
        await new Promise(() => undefined);
      }
      return bundle.openPart(entry, options);
    };
    const reading = bundleBytes(bundle.signed, openEntry);
    // The head, then the header and the content of the first entry.
    for (let piece = 0; piece < 3; piece += 1) await reading.next();
    await reading.return(undefined);
    expect(aborted.length).toBeGreaterThan(0);
  });

  it('fails with what made an early one fail, in its turn', async () => {
    const bundle = await largeBundle([
      ['one', 1000],
      ['two', 1000],
    ]);
    const failure = new Error('gone');
    const last = bundle.signed.manifest.entries.at(-1);
    const openEntry: OpenEntry = async (entry, options) => {
      if (entry === last) throw failure;
      return bundle.openPart(entry, options);
    };
    let proven = 0;
    const reading = buffer(
      bundleBytes(bundle.signed, openEntry, { onProven: () => void (proven += 1) }),
    );
    await expect(reading).rejects.toBe(failure);
    expect(proven).toBe(bundle.signed.manifest.entries.length - 1);
  });
});
