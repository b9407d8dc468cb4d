/** Trust that could accept everything, or nothing, is refused before a signature is looked at. */
import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { parsePublicKey, type TrustedKey } from '../keys/public-key.js';
import { distinctKeys } from './trust.js';
import { verifySignatures } from './verify-signatures.js';

function newKey(): TrustedKey {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return parsePublicKey(publicKey.export({ format: 'pem', type: 'spki' }).toString(), 'test.pub');
}

const [one, other] = [newKey(), newKey()];

describe('checking whom to trust', () => {
  it('refuses when nobody is trusted, whatever the threshold', () => {
    for (const threshold of [0, 1]) {
      expect(() => distinctKeys({ keys: [], threshold })).toThrow(
        expect.objectContaining({ code: 'TRUST_EMPTY' }),
      );
    }
  });

  it.each([0, -1, 3, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses the threshold %d with two trusted keys',
    (threshold) => {
      expect(() => distinctKeys({ keys: [one, other], threshold })).toThrow(
        expect.objectContaining({ code: 'TRUST_THRESHOLD' }),
      );
    },
  );

  it('counts the same key under two names once', () => {
    const keys = [one, { ...one }, other];
    expect(distinctKeys({ keys, threshold: 2 })).toEqual([one, other]);
    expect(() => distinctKeys({ keys, threshold: 3 })).toThrow(
      expect.objectContaining({ code: 'TRUST_THRESHOLD' }),
    );
  });

  it('comes before the signatures', () => {
    expect(() => verifySignatures(Buffer.alloc(0), [], { keys: [], threshold: 1 })).toThrow(
      expect.objectContaining({ code: 'TRUST_EMPTY' }),
    );
  });
});
