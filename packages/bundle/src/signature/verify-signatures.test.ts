/** Who counts as a signer of a list, and what refuses it although others signed well. */
import { describe, expect, it } from '@jest/globals';
import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { formatFingerprint } from '../keys/fingerprint.js';
import { parsePublicKey, type TrustedKey } from '../keys/public-key.js';
import { parseSignatureSlot } from './parse-signature-slot.js';
import { emptySignatureSlot, encodeSignatureSlot } from './signature-slot.js';
import { verifySignatures } from './verify-signatures.js';

const list = Buffer.from('{"_type":"a list"}');

interface TestSigner {
  readonly trusted: TrustedKey;
  readonly privateKey: KeyObject;
}

function newSigner(): TestSigner {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  return { trusted: parsePublicKey(pem, 'test.pub'), privateKey };
}

interface Forgery {
  readonly hint?: string;
  /** The bytes that are signed. */
  readonly over?: Buffer;
  /** The bytes that the slot says were signed. */
  readonly claims?: Buffer;
}

function signed({ trusted, privateKey }: TestSigner, forgery: Forgery = {}): Buffer {
  const { hint = trusted.hint, over = list, claims = over } = forgery;
  const hash = createHash('sha256').update(claims).digest();
  return encodeSignatureSlot(hash, sign('sha256', over, privateKey), hint);
}

/** The slot without the hint. */
function withoutHint(slot: Buffer): Buffer {
  const text = slot.toString().replace(/"hint":"[^"]*"/, '');
  return Buffer.from(`${text.trimEnd().padEnd(2047)}\n`);
}

/** The same signature with n−s in place of s: anybody can do that to any signature. */
function mirrored(slot: Buffer): Buffer {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const { signature, hint = '' } = parseSignatureSlot(slot);
  const rEnd = 4 + (signature[3] ?? 0);
  const s = BigInt(`0x${signature.subarray(rEnd + 2).toString('hex')}`);
  const other = (order - s).toString(16).padStart(64, '0');
  const sBytes = Buffer.from(/^[89a-f]/.test(other) ? `00${other}` : other, 'hex');
  const body = Buffer.concat([signature.subarray(2, rEnd), Buffer.of(2, sBytes.length), sBytes]);
  const der = Buffer.concat([Buffer.of(0x30, body.length), body]);
  return encodeSignatureSlot(createHash('sha256').update(list).digest(), der, hint);
}

const [alice, bob, carol] = [newSigner(), newSigner(), newSigner()];
const onlyAlice = { keys: [alice.trusted], threshold: 1 };
const aliceAndBob = { keys: [alice.trusted, bob.trusted], threshold: 1 };

function refusal(code: string, ...words: readonly string[]): unknown {
  const message = expect.stringMatching(new RegExp(words.join('[^]*')));
  return expect.objectContaining({ name: 'SignatureError', code, message });
}

describe('verifying the signatures of a list', () => {
  it('accepts a signature by the trusted key', () => {
    expect(verifySignatures(list, [signed(alice)], onlyAlice)).toEqual({
      signers: [alice.trusted],
      unknown: [],
      notes: [],
    });
  });

  it('refuses an unknown key and prints its fingerprint', () => {
    expect(() => verifySignatures(list, [signed(bob)], onlyAlice)).toThrow(
      refusal('SIGNATURE_UNKNOWN_KEY', formatFingerprint(bob.trusted.fingerprint)),
    );
  });

  it('refuses a good signature over other bytes', () => {
    const old = signed(alice, { over: Buffer.from('an older list') });
    expect(() => verifySignatures(list, [old], onlyAlice)).toThrow(
      refusal('SIGNATURE_WRONG', 'over other bytes'),
    );
  });

  it('refuses a signature over other bytes that claims to be over these', () => {
    const forged = signed(alice, { over: Buffer.from('an older list'), claims: list });
    expect(() => verifySignatures(list, [forged], onlyAlice)).toThrow(
      refusal('SIGNATURE_WRONG', 'did not make it'),
    );
  });

  it('refuses a signature over these bytes that claims to be over others', () => {
    const forged = signed(alice, { claims: Buffer.from('another list') });
    expect(() => verifySignatures(list, [forged], onlyAlice)).toThrow(
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
    expect(() => verifySignatures(changed, [signed(alice)], onlyAlice)).toThrow(
      refusal('SIGNATURE_WRONG'),
    );
  });

  it('refuses the hint of one trusted key on the signature of another', () => {
    const mixed = signed(bob, { hint: alice.trusted.hint });
    expect(() => verifySignatures(list, [mixed], aliceAndBob)).toThrow(
      refusal('SIGNATURE_WRONG', formatFingerprint(alice.trusted.fingerprint)),
    );
  });

  it.each([
    ['without a hint', withoutHint(signed(bob))],
    ['with a hint of nobody', signed(bob, { hint: 'nobody' })],
    ['with the hint of a stranger', signed(bob, { hint: carol.trusted.hint })],
  ])('accepts a good signature %s, and notes it', (_name, slot) => {
    const { signers, unknown, notes } = verifySignatures(list, [slot], aliceAndBob);
    expect(signers).toEqual([bob.trusted]);
    expect(unknown).toEqual([]);
    expect(notes).toEqual([
      `signature 1 names no trusted key, and was found to be of ${formatFingerprint(bob.trusted.fingerprint)}`,
    ]);
  });

  it('tries at most sixteen keys on a signature that names none', () => {
    const strangers = Array.from({ length: 15 }, () => newSigner().trusted);
    const slot = withoutHint(signed(alice));
    const sixteenth = { keys: [...strangers, alice.trusted], threshold: 1 };
    const seventeenth = { keys: [bob.trusted, ...sixteenth.keys], threshold: 1 };

    expect(verifySignatures(list, [slot], sixteenth).signers).toEqual([alice.trusted]);
    expect(() => verifySignatures(list, [slot], seventeenth)).toThrow(
      refusal('SIGNATURE_UNKNOWN_KEY'),
    );
    const both = verifySignatures(list, [slot, signed(bob)], seventeenth);
    expect(both.notes).toEqual([
      'signature 1 is of no trusted key among the first 16; 1 were not tried',
    ]);
  });

  it('finds a named key wherever it stands in the list', () => {
    const strangers = Array.from({ length: 16 }, () => newSigner().trusted);
    const trust = { keys: [...strangers, alice.trusted], threshold: 1 };
    expect(verifySignatures(list, [signed(alice)], trust).signers).toEqual([alice.trusted]);
  });

  it('accepts n-s in place of s: that changes no byte of what was signed', () => {
    const slot = signed(alice);
    const other = mirrored(slot);
    expect(other.equals(slot)).toBe(false);
    expect(verifySignatures(list, [other], onlyAlice).signers).toEqual([alice.trusted]);
  });
});

describe('counting the signers of a list', () => {
  const two = { keys: [alice.trusted, bob.trusted], threshold: 2 };

  it('accepts two when two are asked for', () => {
    const { signers } = verifySignatures(list, [signed(bob), signed(alice)], two);
    expect(signers).toEqual([bob.trusted, alice.trusted]);
  });

  it.each([
    ['one trusted key', [signed(alice)]],
    ['one trusted key and a stranger', [signed(alice), signed(carol)]],
    ['one trusted key twice', [signed(alice), signed(alice)]],
    ['one trusted key, once mirrored', [signed(alice), mirrored(signed(alice))]],
    ['one trusted key, once without its name', [signed(alice), withoutHint(signed(alice))]],
  ])('refuses %s when two are asked for', (_name, slots) => {
    expect(() => verifySignatures(list, slots, two)).toThrow(
      refusal('SIGNATURE_THRESHOLD', 'by 2 different trusted keys, found 1'),
    );
  });

  it('counts a key that is trusted under two names once, and says so', () => {
    const twice = { keys: [alice.trusted, { ...alice.trusted }, bob.trusted], threshold: 1 };
    const { signers, notes } = verifySignatures(list, [signed(alice)], twice);
    expect(signers).toHaveLength(1);
    expect(notes).toEqual(['the same key is trusted under more than one name and counts once']);
    expect(() => verifySignatures(list, [signed(alice)], { ...twice, threshold: 3 })).toThrow(
      refusal('TRUST_THRESHOLD', 'from 1 to 2'),
    );
  });

  it('says that a key signed twice', () => {
    const { notes } = verifySignatures(list, [signed(alice), signed(alice)], onlyAlice);
    expect(notes).toEqual(['a key signed more than once and counts once']);
  });

  it('refuses one bad signature of a trusted key beside a good one of another', () => {
    const bad = signed(carol, { hint: bob.trusted.hint });
    for (const slots of [
      [signed(alice), bad],
      [bad, signed(alice)],
    ]) {
      expect(() => verifySignatures(list, slots, aliceAndBob)).toThrow(refusal('SIGNATURE_WRONG'));
    }
  });

  it('accepts a good signature beside seven of strangers, and reports them', () => {
    const strangers = Array.from({ length: 7 }, newSigner);
    const slots = [...strangers.map((stranger) => signed(stranger)), signed(alice)];
    const { signers, unknown, notes } = verifySignatures(list, slots, onlyAlice);
    expect(signers).toEqual([alice.trusted]);
    expect(unknown).toEqual(strangers.map(({ trusted }) => trusted.hint));
    expect(notes).toHaveLength(7);
    expect(() => verifySignatures(list, [...slots, signed(carol)], onlyAlice)).toThrow(
      refusal('SIGNATURE_TOO_MANY', 'at most 8 signatures, found 9'),
    );
  });
});

describe('refusing before any key is asked', () => {
  it.each([
    ['no signature', []],
    ['an empty slot', [emptySignatureSlot()]],
    ['an empty slot beside a good one', [signed(alice), emptySignatureSlot()]],
  ])('refuses %s as not signed', (_name, slots) => {
    expect(() => verifySignatures(list, slots, onlyAlice)).toThrow(refusal('SIGNATURE_MISSING'));
  });

  it('refuses a malformed slot although another is good', () => {
    const slots = [signed(alice), Buffer.alloc(2048, ' ')];
    expect(() => verifySignatures(list, slots, onlyAlice)).toThrow(refusal('SIGNATURE_INVALID'));
  });

  it('refuses when nobody is trusted', () => {
    const nobody = { keys: [], threshold: 1 };
    expect(() => verifySignatures(list, [signed(alice)], nobody)).toThrow(refusal('TRUST_EMPTY'));
  });

  it.each([0, -1, 2, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses the threshold %d with one trusted key',
    (threshold) => {
      const trust = { keys: [alice.trusted], threshold };
      expect(() => verifySignatures(list, [signed(alice)], trust)).toThrow(
        refusal('TRUST_THRESHOLD'),
      );
    },
  );
});
