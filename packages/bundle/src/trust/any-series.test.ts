/** Whatever a stolen key signs, one bundle after the other: a site's limits stay where its clock has them. */
import { describe, expect, it } from '@jest/globals';
import { testSigner } from '@sallyport/testing';
import fc from 'fast-check';
import { parsePublicKey } from '../keys/public-key.js';
import type { BundleManifest } from '../list/bundle-manifest.js';
import { formatTime } from '../list/list-fields.js';
import { checkPolicy } from './check-policy.js';
import { PolicyError } from './policy-error.js';
import { emptyTrust, type SiteTrust } from './site-trust.js';

const key = parsePublicKey(testSigner().publicKeyPem, 'test.pub');
const limits = { notBefore: undefined, notAfter: undefined, revoked: undefined };
const trust: SiteTrust = {
  ...emptyTrust,
  keys: [{ name: 'stolen', key, channels: ['default'], ...limits }],
};

const hourMs = 3600 * 1000;
const dayMs = 24 * hourMs;

/** How far beyond all before it a bundle says that it was created, and counts. */
interface Reach {
  readonly createdHours: number;
  readonly sequenceHours: number;
}

const hours = fc.integer({ min: -30, max: 30 });
const series = fc.array(fc.record({ createdHours: hours, sequenceHours: hours }), {
  maxLength: 40,
});
const clocks = fc.constantFrom(
  new Date('1970-01-01T00:00:00Z'),
  new Date('2026-06-15T12:00:00Z'),
  new Date('2099-01-01T00:00:00Z'),
);

interface Taken {
  readonly createdMs: number;
  readonly sequence: number;
}

/** Every bundle of the series that a site takes whose newest one so far was created at `startMs`. */
function* taken(reaches: readonly Reach[], now: Date, startMs: number): Generator<Taken> {
  let newestMs = startMs;
  let farthestMs = startMs;
  for (const { createdHours, sequenceHours } of reaches) {
    const createdMs = newestMs + createdHours * hourMs;
    const sequence = Math.max(1, (farthestMs + sequenceHours * hourMs) / 1000);
    const created = formatTime(new Date(Math.max(0, createdMs)));
    const newestCreated = formatTime(new Date(newestMs));
    const listed = { channel: 'default', sequence, created, sources: [] };
    if (!passes(listed as unknown as BundleManifest, { now, newestCreated })) continue;
    yield { createdMs, sequence };
    newestMs = Math.max(newestMs, createdMs);
    farthestMs = Math.max(farthestMs, sequence * 1000);
  }
}

function passes(
  manifest: BundleManifest,
  clock: { readonly now: Date; readonly newestCreated: string },
): boolean {
  try {
    checkPolicy(trust, manifest, [key], clock);
    return true;
  } catch (error) {
    if (error instanceof PolicyError) return false;
    throw error;
  }
}

describe('taking any series of bundles by one clock', () => {
  it('never takes one created, or counted, more than a day after the clock', () => {
    fc.assert(
      fc.property(series, clocks, (reaches, now) => {
        const lastMs = now.getTime() + dayMs;
        for (const { createdMs, sequence } of taken(reaches, now, now.getTime())) {
          expect(createdMs).toBeLessThanOrEqual(lastMs);
          expect(sequence).toBeLessThanOrEqual(lastMs / 1000);
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('never takes one newer than all before it while the clock is more than a day behind them', () => {
    fc.assert(
      fc.property(series, (reaches) => {
        const startMs = Date.parse('2026-06-15T12:00:00Z');
        for (const { createdMs } of taken(reaches, new Date(0), startMs)) {
          expect(createdMs).toBeLessThanOrEqual(startMs);
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
