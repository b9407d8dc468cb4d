/** Which signature is one of a trusted key over this list, and which is refused. */
import { describe, expect, it } from '@jest/globals';
import { handmadeSlot, mirroredSignature, testSigner, type TestSigner } from '@sallyport/testing';
import { formatFingerprint } from '../keys/fingerprint.js';
import { parsePublicKey, type TrustedKey } from '../keys/public-key.js';
import { parseSignatureSlot } from './parse-signature-slot.js';
import { emptySignatureSlot } from './signature-slot.js';
import { verifySignatures } from './verify-signatures.js';

const list = Buffer.from('{"_type":"a list"}');
const oldList = Buffer.from('{"_type":"an older list"}');

const trusted = ({ publicKeyPem }: TestSigner): TrustedKey =>
  parsePublicKey(publicKeyPem, 'test.pub');
const phone = (signer: TestSigner): string => formatFingerprint(trusted(signer).fingerprint);

/** The same slot without the hint. */
function withoutHint(slot: Buffer): Buffer {
  const text = slot.toString().replace(/"hint":"[^"]*"/, '');
  return Buffer.from(`${text.trimEnd().padEnd(2047)}\n`);
}

/** The same slot with n-s in place of s. */
function mirrored(slot: Buffer): Buffer {
  const { signature, hint = '' } = parseSignatureSlot(slot);
  return handmadeSlot(list, mirroredSignature(signature), hint);
}

const [alice, bob, carol] = [testSigner(), testSigner(), testSigner()];
const onlyAlice = { keys: [trusted(alice)], threshold: 1 };
const aliceAndBob = { keys: [trusted(alice), trusted(bob)], threshold: 1 };

function refusal(code: string, words = ''): unknown {
  const message = expect.stringContaining(words);
  return expect.objectContaining({ name: 'SignatureError', code, message });
}

describe('verifying the signature of a list', () => {
  it('accepts one by the trusted key', () => {
    expect(verifySignatures(list, [alice.slot(list)], onlyAlice)).toEqual({
      signers: onlyAlice.keys,
      unknown: [],
      notes: [],
    });
  });

  it('refuses an unknown key and prints its fingerprint', () => {
    expect(() => verifySignatures(list, [bob.slot(list)], onlyAlice)).toThrow(
      refusal('SIGNATURE_UNKNOWN_KEY', `found one by key ${phone(bob)}`),
    );
  });

  it('prints no hint that is not a fingerprint', () => {
    const slot = handmadeSlot(list, bob.sign(list), 'your own key, really');
    expect(() => verifySignatures(list, [slot], onlyAlice)).toThrow(
      refusal('SIGNATURE_UNKNOWN_KEY', 'found one by a key that it does not name'),
    );
  });

  it('refuses one over an older list', () => {
    expect(() => verifySignatures(list, [alice.slot(oldList)], onlyAlice)).toThrow(
      refusal('SIGNATURE_WRONG', 'over other bytes'),
    );
  });

  it('refuses one over an older list that claims to be over this one', () => {
    const slot = handmadeSlot(list, alice.sign(oldList), alice.hint);
    expect(() => verifySignatures(list, [slot], onlyAlice)).toThrow(
      refusal('SIGNATURE_WRONG', 'did not make it'),
    );
  });

  it('refuses one over this list that claims to be over an older one', () => {
    const slot = handmadeSlot(oldList, alice.sign(list), alice.hint);
    expect(() => verifySignatures(list, [slot], onlyAlice)).toThrow(
      refusal('SIGNATURE_WRONG', 'over other bytes'),
    );
  });

  it.each([
    ['one bit', Buffer.from(list).fill((list[5] ?? 0) ^ 1, 5, 6)],
    ['a newline after it', Buffer.concat([list, Buffer.from('\n')])],
    ['a Windows newline after it', Buffer.concat([list, Buffer.from('\r\n')])],
    ['its last byte missing', list.subarray(0, -1)],
    ['all of it missing', Buffer.alloc(0)],
  ])('refuses a list that was changed by %s', (_name, changed) => {
    expect(() => verifySignatures(changed, [alice.slot(list)], onlyAlice)).toThrow(
      refusal('SIGNATURE_WRONG'),
    );
  });

  it('refuses the hint of one trusted key on the signature of another', () => {
    const slot = handmadeSlot(list, bob.sign(list), alice.hint);
    expect(() => verifySignatures(list, [slot], aliceAndBob)).toThrow(
      refusal('SIGNATURE_WRONG', phone(alice)),
    );
  });

  it.each([
    ['without a hint', withoutHint(bob.slot(list))],
    ['with a hint of nobody', handmadeSlot(list, bob.sign(list), 'nobody')],
    ['with the hint of a stranger', handmadeSlot(list, bob.sign(list), carol.hint)],
  ])('accepts a good one %s, and notes it', (_name, slot) => {
    expect(verifySignatures(list, [slot], aliceAndBob)).toEqual({
      signers: [aliceAndBob.keys[1]],
      unknown: [],
      notes: [`signature 1 names no trusted key, and was found to be of ${phone(bob)}`],
    });
  });

  it('accepts n-s in place of s: that changes no byte of what was signed', () => {
    const slot = alice.slot(list);
    const other = mirrored(slot);
    expect(other.equals(slot)).toBe(false);
    expect(verifySignatures(list, [other], onlyAlice).signers).toEqual(onlyAlice.keys);
  });

  it('counts a signature and its mirror as one signer', () => {
    const slots = [alice.slot(list), mirrored(alice.slot(list)), withoutHint(alice.slot(list))];
    expect(() => verifySignatures(list, slots, { ...aliceAndBob, threshold: 2 })).toThrow(
      refusal('SIGNATURE_THRESHOLD', 'found 1'),
    );
  });

  it('tries at most sixteen keys on a signature that names none', () => {
    const strangers = Array.from({ length: 15 }, () => trusted(testSigner()));
    const slot = withoutHint(alice.slot(list));
    const sixteenth = { keys: [...strangers, trusted(alice)], threshold: 1 };
    const seventeenth = { keys: [trusted(bob), ...sixteenth.keys], threshold: 1 };

    expect(verifySignatures(list, [slot], sixteenth).signers).toEqual([trusted(alice)]);
    expect(() => verifySignatures(list, [slot], seventeenth)).toThrow(
      refusal('SIGNATURE_UNKNOWN_KEY'),
    );
    expect(verifySignatures(list, [slot, bob.slot(list)], seventeenth).notes).toEqual([
      'signature 1 is of no trusted key among the first 16; 1 were not tried',
    ]);
  });

  it('finds a named key wherever it stands among the trusted ones', () => {
    const strangers = Array.from({ length: 16 }, () => trusted(testSigner()));
    const trust = { keys: [...strangers, trusted(alice)], threshold: 1 };
    expect(verifySignatures(list, [alice.slot(list)], trust).signers).toEqual([trusted(alice)]);
  });
});

describe('refusing signatures before any key is asked', () => {
  it.each([
    ['no signature', []],
    ['an empty slot', [emptySignatureSlot()]],
    ['an empty slot beside a good one', [alice.slot(list), emptySignatureSlot()]],
  ])('refuses %s as not signed', (_name, slots) => {
    expect(() => verifySignatures(list, slots, onlyAlice)).toThrow(refusal('SIGNATURE_MISSING'));
  });

  it('refuses a malformed one although another is good', () => {
    const slots = [alice.slot(list), Buffer.alloc(2048, ' ')];
    expect(() => verifySignatures(list, slots, onlyAlice)).toThrow(refusal('SIGNATURE_INVALID'));
  });
});
