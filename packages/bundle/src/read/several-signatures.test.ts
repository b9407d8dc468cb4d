/** Bundles with more than one signature, and the same bundle with another one. */
import { describe, expect, it } from '@jest/globals';
import {
  handmadeBundle,
  handmadeSlot,
  mirroredSignature,
  slotName,
  testSigner,
  type TestSigner,
} from '@sallyport/testing';
import { refusalAfter } from '../test-bundles/changed-archives.test.js';
import {
  pipeOf,
  proveInput,
  provePipe,
  refusalOf,
  trusting,
} from '../test-bundles/proving.test.js';
import { alice, padded, slotted } from '../test-bundles/signed-slots.test.js';

const bob = testSigner();

describe('reading several signatures', () => {
  it('takes eight and refuses a ninth', async () => {
    const signers = Array.from({ length: 8 }, () => testSigner());
    await expect(provePipe(await handmadeBundle({ signers }))).resolves.toBeDefined();
    const ninth = { name: 'sallyport/bundle.json.9.sigstore.json', bytes: Buffer.alloc(2048, ' ') };
    const more = await handmadeBundle({
      signers,
      archive: (all) => [...all.slice(0, 9), ninth, ...all.slice(9)],
    });
    expect(await refusalOf(more)).toMatch(/^BUNDLE_LIMIT: expected at most 8 signatures/);
  });

  it('takes a good one beside seven of strangers, and tells of each', async () => {
    const signers = [...Array.from({ length: 7 }, () => testSigner()), alice];
    const { bytes } = await handmadeBundle({ signers });
    const { bundle } = await proveInput(pipeOf(bytes), trusting(alice.publicKeyPem));
    expect(bundle.notes).toHaveLength(7);
    expect(bundle.signers).toHaveLength(1);
  });

  it.each<readonly [what: string, second: TestSigner, code: string]>([
    [
      'a wrong one of another trusted key',
      { ...bob, slot: () => bob.slot(Buffer.from('another')) },
      'SIGNATURE_WRONG',
    ],
    ['an empty one', slotted(() => padded('')), 'SIGNATURE_MISSING'],
    ['a broken one', slotted(() => padded('{}')), 'SIGNATURE_INVALID'],
  ])('refuses a good one beside %s', async (_what, second, code) => {
    for (const signers of [
      [alice, second],
      [second, alice],
    ]) {
      const { bytes } = await handmadeBundle({ signers });
      const proving = proveInput(pipeOf(bytes), trusting(alice.publicKeyPem, bob.publicKeyPem));
      await expect(proving).rejects.toMatchObject({ code });
    }
  });

  it('refuses one in place of another by name, not by guess', async () => {
    const refusal = await refusalAfter((all) => [...all.slice(0, 2), ...all.slice(1)]);
    expect(refusal).toMatch(`${slotName(2)} at byte`);
  });
});

describe('naming a bundle whose signature was altered', () => {
  it('gives the same name for n-s in place of s, and for another signature of the same key', async () => {
    const mirrored = (list: Buffer): Buffer =>
      handmadeSlot(list, mirroredSignature(alice.sign(list)), alice.hint);
    const digests = [];
    for (const signer of [alice, alice, slotted(mirrored)]) {
      const { bytes } = await handmadeBundle({ signers: [signer] });
      digests.push((await proveInput(pipeOf(bytes), trusting(alice.publicKeyPem))).bundle.digest);
    }
    expect(new Set(digests).size).toBe(1);
  });
});
