/** Signatures of trusted keys over something else than the list, and of strangers over the list. */
import { describe, expect, it } from '@jest/globals';
import { handmadeSlot, testSigner } from '@sallyport/testing';
import { digestOf } from 'oras-js';
import { alice, changing, refusalOfSlot } from '../test-bundles/signed-slots.test.js';

const bob = testSigner();

/** What DSSE signs: the type and the payload, each with its length. */
function envelope(type: string, payload: Buffer): object {
  const signed = Buffer.concat([
    Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} `),
    payload,
  ]);
  const signatures = [{ sig: alice.sign(signed).toString('base64'), keyid: alice.hint }];
  // A slot has no room for a whole list; who verifies the envelope has it anyway.
  const shown = payload.length > 500 ? '' : payload.toString('base64');
  return { payloadType: type, payload: shown, signatures };
}

describe('reading a good signature of a trusted key over something else', () => {
  const imageDigest = digestOf('an image');
  const simpleSigning = Buffer.from(
    JSON.stringify({
      critical: {
        type: 'cosign container image signature',
        image: { 'docker-manifest-digest': imageDigest },
        identity: { 'docker-reference': 'app' },
      },
      optional: null,
    }),
  );

  it.each<readonly [what: string, slot: (list: Buffer) => Buffer, code: string]>([
    ['an earlier list', () => alice.slot(Buffer.from('an earlier list')), 'SIGNATURE_WRONG'],
    [
      'an earlier list, called this one',
      (list) => handmadeSlot(list, alice.sign(Buffer.from('an earlier list')), alice.hint),
      'SIGNATURE_WRONG',
    ],
    [
      'this list, called an earlier one',
      (list) => handmadeSlot(Buffer.from('an earlier list'), alice.sign(list), alice.hint),
      'SIGNATURE_WRONG',
    ],
    [
      'the list and a newline',
      (list) => alice.slot(Buffer.concat([list, Buffer.from('\n')])),
      'SIGNATURE_WRONG',
    ],
    [
      'the digest of the list',
      (list) => alice.slot(Buffer.from(digestOf(list))),
      'SIGNATURE_WRONG',
    ],
    ['an image, as cosign signs it', () => alice.slot(simpleSigning), 'SIGNATURE_WRONG'],
    [
      'an image, called this list',
      (list) => handmadeSlot(list, alice.sign(simpleSigning), alice.hint),
      'SIGNATURE_WRONG',
    ],
    ['the list by a stranger', (list) => bob.slot(list), 'SIGNATURE_UNKNOWN_KEY'],
    [
      'the list by a stranger, called hers',
      (list) => handmadeSlot(list, bob.sign(list), alice.hint),
      'SIGNATURE_WRONG',
    ],
  ])('refuses one of %s', async (_what, slot, code) => {
    expect(await refusalOfSlot(slot)).toMatch(new RegExp(`^${code}: `));
  });

  it.each<readonly [what: string, type: string, payload: (list: Buffer) => Buffer]>([
    ['the list itself', 'application/vnd.sallyport.bundle.v1+json', (list) => list],
    ['an attestation of its digest', 'application/vnd.in-toto+json', statement],
  ])('refuses an envelope around %s, though it verifies', async (_what, type, payload) => {
    const enveloped = changing((all, list) => ({
      ...all,
      messageSignature: undefined,
      dsseEnvelope: envelope(type, payload(list)),
    }));
    expect(await refusalOfSlot(enveloped)).toMatch(/^SIGNATURE_INVALID: .*DSSE envelope/);
  });

  function statement(list: Buffer): Buffer {
    const subject = [{ name: 'bundle.json', digest: { sha256: digestOf(list).slice(7) } }];
    const predicateType = 'https://spdx.dev/Document';
    return Buffer.from(JSON.stringify({ subject, predicateType, predicate: {} }));
  }
});
