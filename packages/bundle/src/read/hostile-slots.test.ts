/** Signature entries that have not the one form of a signature. */
import { describe, expect, it } from '@jest/globals';
import { handmadeSlot, type TarEntry } from '@sallyport/testing';
import { refusalAfter } from '../test-bundles/changed-archives.test.js';
import { alice, changing, padded, refusalOfSlot } from '../test-bundles/signed-slots.test.js';

function typed(type: string): (list: Buffer) => Buffer {
  return changing((all) => ({ ...all, mediaType: `application/vnd.dev.sigstore.${type}` }));
}

function material(verificationMaterial: object): (list: Buffer) => Buffer {
  return changing((all) => ({ ...all, verificationMaterial }));
}

function digestBy(algorithm: unknown): (list: Buffer) => Buffer {
  return changing(({ messageSignature: { messageDigest, signature }, ...all }) => ({
    ...all,
    messageSignature: { messageDigest: { ...messageDigest, algorithm }, signature },
  }));
}

/** A good slot of alice whose spaces at the end are something else. */
function paddedWith(filler: string): (list: Buffer) => Buffer {
  return (list) =>
    Buffer.from(
      String(alice.slot(list)).replace(/ +\n$/, (end) => `${filler.repeat(end.length - 1)}\n`),
    );
}

const ofAlice = { hint: alice.hint };

describe('reading a slot that is no signature', () => {
  it.each<readonly [what: string, slot: (list: Buffer) => Buffer, code: string]>([
    ['only spaces', () => padded(''), 'SIGNATURE_MISSING'],
    ['an empty object', () => padded('{}'), 'SIGNATURE_INVALID'],
    ['null', () => padded('null'), 'SIGNATURE_INVALID'],
    ['an array', (list) => padded(`[${String(alice.slot(list)).trim()}]`), 'SIGNATURE_INVALID'],
    ['only zeros', () => Buffer.alloc(2048), 'SIGNATURE_INVALID'],
    ['a PEM certificate', () => padded('-----BEGIN CERTIFICATE-----'), 'SIGNATURE_INVALID'],
    [
      'a bare signature',
      (list) => padded(alice.sign(list).toString('base64')),
      'SIGNATURE_INVALID',
    ],
    ['an unknown field', changing((all) => ({ ...all, trusted: true })), 'SIGNATURE_INVALID'],
    ['version 0.1', typed('bundle+json;version=0.1'), 'SIGNATURE_INVALID'],
    ['version 0.2', typed('bundle+json;version=0.2'), 'SIGNATURE_INVALID'],
    ['the old spelling of 0.3', typed('bundle+json;version=0.3'), 'SIGNATURE_INVALID'],
    ['a version to come', typed('bundle.v0.4+json'), 'SIGNATURE_INVALID'],
    ['SHA-512', digestBy('SHA2_512'), 'SIGNATURE_INVALID'],
    ['SHA-1', digestBy('SHA1'), 'SIGNATURE_INVALID'],
    ['no algorithm', digestBy(undefined), 'SIGNATURE_INVALID'],
    ['an algorithm by number', digestBy(1), 'SIGNATURE_INVALID'],
    [
      'an embedded key',
      material({ publicKey: { ...ofAlice, rawBytes: alice.hint } }),
      'SIGNATURE_INVALID',
    ],
    ['a certificate', material({ certificate: { rawBytes: alice.hint } }), 'SIGNATURE_INVALID'],
    [
      'a certificate beside the key',
      material({ publicKey: ofAlice, certificate: {} }),
      'SIGNATURE_INVALID',
    ],
    [
      'a byte after the DER',
      (list) => handmadeSlot(list, Buffer.concat([alice.sign(list), Buffer.alloc(1)]), alice.hint),
      'SIGNATURE_INVALID',
    ],
    ['padding of zeros', paddedWith('\0'), 'SIGNATURE_INVALID'],
    ['padding of tabs', paddedWith('\t'), 'SIGNATURE_INVALID'],
    ['padding of newlines', paddedWith('\n'), 'SIGNATURE_INVALID'],
    [
      'something in the padding',
      (list) => Buffer.from(String(alice.slot(list)).replace(/ {3}\n$/, ' x \n')),
      'SIGNATURE_INVALID',
    ],
  ])('refuses %s', async (_what, slot, code) => {
    expect(await refusalOfSlot(slot)).toMatch(new RegExp(`^${code}: `));
  });

  it.each([0, 1, 2047, 2049, 2560])('refuses a slot of %d bytes by its header', async (length) => {
    const resized = (all: readonly TarEntry[]): readonly TarEntry[] =>
      all.map((entry, at) =>
        at === 1 ? { ...entry, bytes: Buffer.alloc(length, entry.bytes) } : entry,
      );
    expect(await refusalAfter(resized)).toMatch(
      /^(?:\w+ or )?BUNDLE_HEADER_MISMATCH: .*\.sigstore\.json/,
    );
  });
});
