/** A list with its signatures: the head of a bundle, complete before the first layer is fetched. */
import { digestOf, hexOf, type CallOptions, type Digest } from 'oras-js';
import { BundleError } from '../bundle-error.js';
import type { Signer } from '../keys/signing-key.js';
import type { BundleManifest } from '../list/bundle-manifest.js';
import { encodeList } from '../list/encode-list.js';
import { emptySignatureSlot, encodeSignatureSlot } from '../signature/signature-slot.js';
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
  options?: CallOptions,
): Promise<SignedManifest> {
  checkSlots(signers.length);
  const bytes = encodeList(manifest);
  const digest = digestOf(bytes);
  const listHash = Buffer.from(hexOf(digest), 'hex');
  const slots: Buffer[] = [];
  for (const signer of signers) {
    const signature = await signer.sign(bytes, options);
    slots.push(encodeSignatureSlot(listHash, signature, signer.publicKey.hint));
  }
  const { fileBytes } = layOut(bytes.byteLength, slots.length, manifest.entries);
  return { manifest, bytes, digest, slots, fileBytes };
}

/**
 * A list with empty slots, to be signed on another machine by `attachSignature`.
 * Every import refuses it until each slot is filled.
 *
 * @throws BundleError `BUNDLE_LIMIT`
 */
export function leaveUnsigned(manifest: BundleManifest, signatures: number): SignedManifest {
  checkSlots(signatures);
  const bytes = encodeList(manifest);
  const slots = Array.from({ length: signatures }, emptySignatureSlot);
  const { fileBytes } = layOut(bytes.byteLength, slots.length, manifest.entries);
  return { manifest, bytes, digest: digestOf(bytes), slots, fileBytes };
}

function checkSlots(signatures: number): void {
  if (signatures >= 1 && signatures <= maxSignatures) return;
  throw new BundleError(
    'BUNDLE_LIMIT',
    `expected 1 to ${maxSignatures} signers, found ${signatures}`,
  );
}
