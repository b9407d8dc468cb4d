/** A list with its signatures: the head of a bundle, complete before the first layer is fetched. */
import { digestOf, hexOf, type Digest } from 'oras-js';
import { BundleError } from '../bundle-error.js';
import type { Signer } from '../keys/signing-key.js';
import type { BundleManifest } from '../list/bundle-manifest.js';
import { encodeList } from '../list/encode-list.js';
import { encodeSignatureSlot } from '../signature/signature-slot.js';
import { layOut } from '../layout/bundle-layout.js';
import { maxSignatures } from '../signature/slot-form.js';

export interface SignedManifest {
  readonly manifest: BundleManifest;
  /** The very bytes that were signed. */
  readonly bytes: Buffer;
  /** The identity of the bundle: SHA-256 of `bytes`. */
  readonly digest: Digest;
  /** One signature entry a signer. */
  readonly slots: readonly Buffer[];
  /** Size of the whole bundle, in bytes. */
  readonly fileBytes: number;
}

/** @throws BundleError `BUNDLE_LIMIT`; KeyError when a key cannot sign. */
export async function signManifest(
  manifest: BundleManifest,
  signers: readonly Signer[],
): Promise<SignedManifest> {
  if (signers.length < 1 || signers.length > maxSignatures) {
    throw new BundleError(
      'BUNDLE_LIMIT',
      `expected 1 to ${maxSignatures} signers, found ${signers.length}`,
    );
  }
  const bytes = encodeList(manifest);
  const digest = digestOf(bytes);
  const listHash = Buffer.from(hexOf(digest), 'hex');
  const slots: Buffer[] = [];
  for (const signer of signers) {
    const signature = await signer.sign(bytes);
    slots.push(encodeSignatureSlot(listHash, signature, signer.publicKey.hint));
  }
  const { fileBytes } = layOut(bytes.byteLength, slots.length, manifest.entries);
  return { manifest, bytes, digest, slots, fileBytes };
}
