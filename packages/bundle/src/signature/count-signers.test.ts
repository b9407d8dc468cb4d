/** How many different trusted keys signed, and what refuses a list although enough of them did. */
import { describe, expect, it } from '@jest/globals';
import { handmadeSlot, testSigner, type TestSigner } from '@sallyport/testing';
import { parsePublicKey, type TrustedKey } from '../keys/public-key.js';
import { verifySignatures } from './verify-signatures.js';

const list = Buffer.from('{"_type":"a list"}');
const [alice, bob, carol] = [testSigner(), testSigner(), testSigner()];

const trusted = ({ publicKeyPem }: TestSigner): TrustedKey =>
  parsePublicKey(publicKeyPem, 'test.pub');
const onlyAlice = { keys: [trusted(alice)], threshold: 1 };
const aliceAndBob = { keys: [trusted(alice), trusted(bob)], threshold: 1 };
const both = { ...aliceAndBob, threshold: 2 };

function refusal(code: string, words = ''): unknown {
  const message = expect.stringContaining(words);
  return expect.objectContaining({ name: 'SignatureError', code, message });
}

describe('counting the signers of a list', () => {
  it('accepts two when two are asked for', () => {
    const { signers } = verifySignatures(list, [bob.slot(list), alice.slot(list)], both);
    expect(signers).toEqual([trusted(bob), trusted(alice)]);
  });

  it.each([
    ['one trusted key', [alice.slot(list)]],
    ['one trusted key and a stranger', [alice.slot(list), carol.slot(list)]],
    ['one trusted key twice', [alice.slot(list), alice.slot(list)]],
  ])('refuses %s when two are asked for', (_name, slots) => {
    expect(() => verifySignatures(list, slots, both)).toThrow(
      refusal('SIGNATURE_THRESHOLD', 'by 2 different trusted keys, found 1'),
    );
  });

  it('says that a key is trusted under two names', () => {
    const twice = { keys: [trusted(alice), trusted(alice)], threshold: 1 };
    const { signers, notes } = verifySignatures(list, [alice.slot(list)], twice);
    expect(signers).toHaveLength(1);
    expect(notes).toEqual(['the same key is trusted under more than one name and counts once']);
  });

  it('says that a key signed twice', () => {
    const slots = [alice.slot(list), alice.slot(list)];
    const { signers, notes } = verifySignatures(list, slots, onlyAlice);
    expect(signers).toHaveLength(1);
    expect(notes).toEqual(['a key signed more than once and counts once']);
  });

  it('refuses one bad signature of a trusted key beside a good one of another', () => {
    const bad = handmadeSlot(list, carol.sign(list), bob.hint);
    for (const slots of [
      [alice.slot(list), bad],
      [bad, alice.slot(list)],
    ]) {
      expect(() => verifySignatures(list, slots, aliceAndBob)).toThrow(refusal('SIGNATURE_WRONG'));
    }
  });

  it('accepts a good signature beside seven of strangers, and reports them', () => {
    const strangers = Array.from({ length: 7 }, testSigner);
    const slots = [...strangers.map((stranger) => stranger.slot(list)), alice.slot(list)];
    const { signers, unknown, notes } = verifySignatures(list, slots, onlyAlice);
    expect(signers).toEqual([trusted(alice)]);
    expect(unknown).toEqual(strangers.map(({ hint }) => hint));
    expect(notes).toHaveLength(7);
    expect(() => verifySignatures(list, [...slots, carol.slot(list)], onlyAlice)).toThrow(
      refusal('SIGNATURE_TOO_MANY', 'at most 8 signatures, found 9'),
    );
  });
});
