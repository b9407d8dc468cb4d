/** In whatever order bundles come: without a reason given for it, nothing goes back. */
import { describe, expect, it } from '@jest/globals';
import { emptyTrust, parsePublicKey, type SiteTrust } from '@sallyport/bundle';
import { testSigner } from '@sallyport/testing';
import fc from 'fast-check';
import { digestOf } from 'oras-js';
import { emptyState, stateAfter, type ChannelState } from './channel-state.js';
import { decideImport, type ImportChoices } from './decide-import.js';
import { formatState, parseState } from './state-text.js';
import { StateError } from './state-error.js';

const key = parsePublicKey(testSigner().publicKeyPem, 'test.pub');
const limits = { notBefore: undefined, notAfter: undefined, revoked: undefined };
const site: SiteTrust = {
  ...emptyTrust,
  keys: [{ name: 'alpha', key, channels: ['default'], ...limits }],
};

interface Arrival {
  readonly sequence: number;
  /** Several bundles may claim one sequence. */
  readonly variant: number;
  readonly choices: ImportChoices;
}

function arrivals(rollbackReason: fc.Arbitrary<string | undefined>): fc.Arbitrary<Arrival[]> {
  const choices = fc.record({
    destination: fc.constantFrom('registry.example.com/a', 'registry.example.com/b'),
    firstImport: fc.boolean(),
    rollbackReason,
    again: fc.boolean(),
  });
  return fc.array(
    fc.record({ sequence: fc.integer({ min: 1, max: 8 }), variant: fc.nat({ max: 1 }), choices }),
    { maxLength: 30 },
  );
}

interface Step {
  readonly before: ChannelState | undefined;
  readonly after: ChannelState;
  readonly arrival: Arrival;
}

/** Every import that was allowed. What is refused leaves the state as it is. */
function* allowed(order: readonly Arrival[]): Generator<Step> {
  let state: ChannelState | undefined;
  for (const arrival of order) {
    const { sequence, variant, choices } = arrival;
    const bundle = digestOf(`${sequence}/${variant}`);
    const listed = { channel: 'default', sequence, kind: 'full', previous: null } as const;
    const decision = decidedOrRefused(() => decideImport(state, listed, bundle, choices, site));
    if (decision === undefined) continue;
    const after = stateAfter(state ?? emptyState('default'), {
      sequence,
      bundle,
      created: `2026-01-01T00:00:0${sequence}Z`,
      imported: '2026-01-02T00:00:00Z',
      destination: choices.destination ?? '',
      keys: [key.fingerprint],
      images: ['app'],
      rollbackReason: decision.rollbackReason,
    });
    yield { before: state, after, arrival };
    state = after;
  }
}

function decidedOrRefused<Value>(decide: () => Value): Value | undefined {
  try {
    return decide();
  } catch (error) {
    expect(error).toBeInstanceOf(StateError);
    return undefined;
  }
}

describe('importing bundles in any order', () => {
  it('never goes back, and never takes a second bundle of one sequence, without a reason', () => {
    fc.assert(
      fc.property(arrivals(fc.constant(undefined)), (order) => {
        for (const { before, after, arrival } of allowed(order)) {
          const highest = before?.highest;
          expect(arrival.sequence).toBeGreaterThanOrEqual(highest?.sequence ?? 0);
          if (arrival.sequence === highest?.sequence) expect(after.highest).toEqual(highest);
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('begins only where a first import is announced, and only once', () => {
    fc.assert(
      fc.property(arrivals(fc.constant(undefined)), (order) => {
        for (const { before, arrival } of allowed(order)) {
          expect(arrival.choices.firstImport).toBe(before === undefined);
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('never lowers what later bundles are held against, with a reason or without', () => {
    const reason = fc.option(fc.constant('the newer one was broken'), { nil: undefined });
    fc.assert(
      fc.property(arrivals(reason), (order) => {
        for (const { before, after } of allowed(order)) {
          expect(after.highest?.sequence).toBeGreaterThanOrEqual(before?.highest?.sequence ?? 0);
          expect((after.newestCreated ?? '') >= (before?.newestCreated ?? '')).toBe(true);
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('remembers in a file what it remembers in memory', () => {
    const reason = fc.option(fc.constant('the newer one was broken'), { nil: undefined });
    fc.assert(
      fc.property(arrivals(reason), (order) => {
        for (const { after } of allowed(order)) {
          expect(parseState(Buffer.from(formatState(after)), 'default', 'file')).toEqual(after);
        }
      }),
      { seed: 1 },
    );
  });
});
