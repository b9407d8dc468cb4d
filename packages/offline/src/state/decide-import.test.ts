/** What may follow what was imported before. */
import { describe, expect, it } from '@jest/globals';
import { emptyTrust, parsePublicKey, trustByHand, type SiteTrust } from '@sallyport/bundle';
import { testSigner } from '@sallyport/testing';
import { digestOf, type Digest } from 'oras-js';
import { emptyState, keptImports, stateAfter, type ChannelState } from './channel-state.js';
import { decideImport, type ImportChoices, type ImportDecision } from './decide-import.js';

const here = 'registry.example.com/namespace';
const key = parsePublicKey(testSigner().publicKeyPem, 'test.pub');
const limits = { notBefore: undefined, notAfter: undefined, revoked: undefined };
const site: SiteTrust = {
  ...emptyTrust,
  keys: [{ name: 'alpha', key, channels: ['default'], ...limits }],
};
const byHand = trustByHand([{ name: 'alpha.pub', key }], 1);

const bundleOf = (sequence: number, variant = ''): Digest => digestOf(`${sequence}${variant}`);

function imported(state: ChannelState, sequence: number, destination = here): ChannelState {
  return stateAfter(state, {
    sequence,
    bundle: bundleOf(sequence),
    created: `2026-01-01T00:00:${String(sequence % 60).padStart(2, '0')}Z`,
    imported: '2026-01-02T00:00:00Z',
    destination,
    keys: [key.fingerprint],
    images: ['app'],
    rollbackReason: undefined,
  });
}

const upTo = (...sequences: readonly number[]): ChannelState =>
  sequences.reduce((state, sequence) => imported(state, sequence), emptyState('default'));

interface Asked extends Partial<ImportChoices> {
  readonly sequence: number;
  readonly bundle?: Digest;
  readonly base?: number;
  readonly baseSequence?: number;
  readonly previous?: Digest;
  readonly trust?: SiteTrust;
}

function decide(state: ChannelState | undefined, asked: Asked): ImportDecision {
  const { sequence, bundle = bundleOf(sequence), base, previous = null, trust = site } = asked;
  const listed = {
    channel: 'default',
    sequence,
    previous,
    kind: base === undefined ? ('full' as const) : ('delta' as const),
    ...(base === undefined
      ? {}
      : { base: { bundle: bundleOf(base), sequence: asked.baseSequence ?? base } }),
  };
  const consent = { firstImport: false, rollbackReason: undefined, again: false };
  return decideImport(state, listed, bundle, { destination: here, ...consent, ...asked }, trust);
}

const refusal = (code: string): unknown => expect.objectContaining({ name: 'StateError', code });

describe('importing the first bundle of a channel', () => {
  it('is refused without a word about it', () => {
    expect(() => decide(undefined, { sequence: 5 })).toThrow(refusal('STATE_MISSING'));
    // A state without any import comes from nowhere but a reset.
    expect(() => decide(emptyState('default'), { sequence: 5 })).toThrow(refusal('STATE_MISSING'));
  });

  it.each<[string, ChannelState | undefined, Partial<Asked>, string]>([
    ['--first-import', undefined, { firstImport: true }, '--first-import'],
    [
      'a lowest sequence in the trust file',
      undefined,
      { trust: { ...site, minimumSequence: new Map([['default', 5]]) } },
      'from sequence 5 on',
    ],
    ['a key given by hand', undefined, { trust: byHand }, 'by hand'],
    [
      'a reset',
      {
        ...emptyState('default'),
        reset: { at: '2026-01-01T00:00:00Z', reason: 'new registry', forgotten: undefined },
      },
      {},
      'new registry',
    ],
  ])('is allowed by %s, and says so', (_what, state, more, words) => {
    const decision = decide(state, { sequence: 5, ...more });
    expect(decision).toMatchObject({ kind: 'first', before: undefined });
    expect(decision.notes).toEqual([expect.stringContaining(words)]);
  });

  it('is not allowed by the lowest sequence of another channel', () => {
    const trust = { ...site, minimumSequence: new Map([['nightly', 5]]) };
    expect(() => decide(undefined, { sequence: 5, trust })).toThrow(refusal('STATE_MISSING'));
  });

  it('cannot be a delta', () => {
    expect(() => decide(undefined, { sequence: 5, base: 4, firstImport: true })).toThrow(
      refusal('STATE_BASE_UNKNOWN'),
    );
  });

  it('cannot be announced when it is not the first, nor be a step back', () => {
    expect(() => decide(upTo(4), { sequence: 5, firstImport: true })).toThrow(
      refusal('STATE_CONSENT_UNNEEDED'),
    );
    expect(() =>
      decide(undefined, { sequence: 5, firstImport: true, rollbackReason: 'why' }),
    ).toThrow(refusal('STATE_CONSENT_UNNEEDED'));
  });
});

describe('importing after others', () => {
  it('takes what is newer, and says what was there before', () => {
    expect(decide(upTo(4), { sequence: 5 })).toEqual({
      kind: 'newer',
      before: { sequence: 4, bundle: bundleOf(4) },
      rollbackReason: undefined,
      notes: [],
    });
  });

  it('has nothing to do when the bundle is there, unless asked to write it again', () => {
    expect(() => decide(upTo(4), { sequence: 4 })).toThrow(refusal('STATE_ALREADY_IMPORTED'));
    expect(decide(upTo(4), { sequence: 4, again: true }).kind).toBe('again');
  });

  it('takes the newest bundle to a second destination, and nothing older', () => {
    const other = 'registry.example.com/other';
    expect(decide(upTo(3, 4), { sequence: 4, destination: other }).kind).toBe('elsewhere');
    expect(() => decide(upTo(3, 4), { sequence: 3, destination: other })).toThrow(
      refusal('STATE_ROLLBACK'),
    );
  });

  it('refuses a step back, and a second bundle of one sequence', () => {
    expect(() => decide(upTo(3, 4), { sequence: 3 })).toThrow(refusal('STATE_ROLLBACK'));
    expect(() => decide(upTo(3, 4), { sequence: 2 })).toThrow(refusal('STATE_ROLLBACK'));
    expect(() => decide(upTo(4), { sequence: 4, bundle: bundleOf(4, 'b') })).toThrow(
      refusal('STATE_SEQUENCE_REUSED'),
    );
    expect(() => decide(upTo(3, 4), { sequence: 3, again: true })).toThrow(
      refusal('STATE_ROLLBACK'),
    );
  });

  it('goes back for a reason, and no consent outlives the step', () => {
    const reason = { rollbackReason: '6.1 breaks the scanner' };
    expect(decide(upTo(3, 4), { sequence: 3, ...reason })).toMatchObject({
      kind: 'rollback',
      before: { sequence: 4 },
      ...reason,
    });
    const back = imported(upTo(3, 4), 3);
    expect(back.highest?.sequence).toBe(4);
    expect(() => decide(back, { sequence: 2 })).toThrow(refusal('STATE_ROLLBACK'));
    // Forward again to where it was, and beyond.
    expect(decide(back, { sequence: 4 }).kind).toBe('elsewhere');
    expect(decide(back, { sequence: 5 }).kind).toBe('newer');
    expect(() => decide(upTo(4), { sequence: 5, ...reason })).toThrow(
      refusal('STATE_CONSENT_UNNEEDED'),
    );
  });

  it('takes a delta only on a base that went to the same place', () => {
    const state = imported(upTo(3, 4), 5, 'registry.example.com/other');
    expect(decide(state, { sequence: 6, base: 4 }).kind).toBe('newer');
    expect(decide(state, { sequence: 6, base: 3 }).kind).toBe('newer');
    expect(() => decide(state, { sequence: 6, base: 4, baseSequence: 3 })).toThrow(
      refusal('STATE_BASE_UNKNOWN'),
    );
    for (const base of [2, 5]) {
      expect(() => decide(state, { sequence: 6, base })).toThrow(refusal('STATE_BASE_UNKNOWN'));
    }
  });

  it('mentions a bundle that was left out', () => {
    const missing = decide(upTo(3), { sequence: 5, previous: bundleOf(4) });
    expect(missing.notes).toEqual([expect.stringContaining(bundleOf(4))]);
    expect(decide(upTo(4), { sequence: 5, previous: bundleOf(4) }).notes).toEqual([]);
  });
});

describe('remembering imports', () => {
  it('never lowers what was reached, whatever the order of imports', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const sequences = Array.from(
        { length: 1 + (seed % 9) },
        (_, at) => 1 + ((seed * (at + 7) * 31) % 50),
      );
      let state = emptyState('default');
      let highest = 0;
      for (const sequence of sequences) {
        state = imported(state, sequence);
        highest = Math.max(highest, sequence);
        expect(state.highest).toEqual({ sequence: highest, bundle: bundleOf(highest) });
        expect(state.newestCreated).toBe(imported(emptyState('default'), highest).newestCreated);
        expect(state.imports.at(-1)?.sequence).toBe(sequence);
      }
      const names = state.imports.map(({ bundle, destination }) => `${bundle} ${destination}`);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it('keeps a bounded number of imports', () => {
    const state = upTo(...Array.from({ length: keptImports + 5 }, (_, at) => at + 1));
    expect(state.imports).toHaveLength(keptImports);
    expect(state.imports[0]?.sequence).toBe(6);
  });
});
