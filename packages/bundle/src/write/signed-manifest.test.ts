/** The signed head of a bundle: what is signed, by how many, and what each signature names. */
import { describe, expect, it } from '@jest/globals';
import { testSigner } from '@sallyport/testing';
import { digestOf } from 'oras-js';
import { plannedBundle, signerOf } from '../test-bundles/planning.test.js';
import { proveFile, refusalOf } from '../test-bundles/proving.test.js';
import { buffer } from 'node:stream/consumers';
import { bundleBytes } from './bundle-bytes.js';
import { leaveUnsigned, signManifest } from './signed-manifest.js';

describe('signing the list of a bundle', () => {
  it('leaves a slot for each signer, and any of them proves the bundle', async () => {
    const signers = [testSigner(), testSigner()];
    const { signed, openEntry } = await plannedBundle();
    const twice = await signManifest(signed.manifest, signers.map(signerOf));
    expect(twice.slots).toHaveLength(2);
    expect(twice.digest).toBe(signed.digest);
    const bytes = await buffer(bundleBytes(twice, openEntry));
    expect(twice.fileBytes).toBe(bytes.byteLength);
    for (const { publicKeyPem } of signers) {
      await expect(proveFile({ bytes, publicKeyPem })).resolves.toBeDefined();
    }
  });

  it('signs exactly the bytes of the list', async () => {
    const { signed, made } = await plannedBundle();
    const seen: Uint8Array[] = [];
    const signer = signerOf(testSigner());
    const watched = {
      ...signer,
      sign: async (bytes: Uint8Array) => {
        seen.push(bytes);
        return await signer.sign(bytes);
      },
    };
    const { bytes, digest } = await signManifest(signed.manifest, [watched]);
    expect(seen).toEqual([bytes]);
    expect(digest).toBe(digestOf(made.list));
  });

  it.each([0, 9])('refuses %d signers', async (count) => {
    const { signed } = await plannedBundle();
    const signers = Array.from({ length: count }, () => signerOf(testSigner()));
    await expect(signManifest(signed.manifest, signers)).rejects.toMatchObject({
      code: 'BUNDLE_LIMIT',
      message: `expected 1 to 8 signers, found ${count}`,
    });
    expect(() => leaveUnsigned(signed.manifest, count)).toThrow(
      expect.objectContaining({ code: 'BUNDLE_LIMIT' }),
    );
  });

  it('refuses what a signer returns that is no signature', async () => {
    const { signed } = await plannedBundle();
    const broken = { ...signerOf(testSigner()), sign: async () => Buffer.from('signed') };
    await expect(signManifest(signed.manifest, [broken])).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
    });
  });
});

describe('leaving a bundle unsigned', () => {
  it('gives the same bundle with empty slots, which nobody accepts', async () => {
    const { signed, openEntry, made } = await plannedBundle();
    const unsigned = leaveUnsigned(signed.manifest, 1);
    expect(unsigned.digest).toBe(signed.digest);
    expect(unsigned.fileBytes).toBe(signed.fileBytes);
    const bytes = await buffer(bundleBytes(unsigned, openEntry));
    const { publicKeyPem } = made;
    expect(await refusalOf({ bytes, publicKeyPem })).toMatch('SIGNATURE_MISSING');
  });
});
