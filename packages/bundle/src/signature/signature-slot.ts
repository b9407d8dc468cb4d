/**
 * The 2048 bytes that hold one signature: a Sigstore bundle, spaces, a newline.
 *
 * The size never changes, so a bundle can be signed after it was written, or
 * signed again in place. Whatever is written here is read back first: no slot
 * leaves that a verifier would refuse for its form.
 *
 * @see https://github.com/sigstore/protobuf-specs/blob/v0.5.1/protos/sigstore_bundle.proto
 */
import { parseSignatureSlot } from './parse-signature-slot.js';
import { bundleMediaType, digestAlgorithm, signatureSlotBytes } from './slot-form.js';

/**
 * @param listHash SHA-256 of the signed list, 32 bytes.
 * @param signature ECDSA P-256 in DER.
 * @param hint Of the signer's `TrustedKey`.
 * @throws SignatureError `SIGNATURE_INVALID` when the signature is not one, as a signer command may return.
 */
export function encodeSignatureSlot(listHash: Buffer, signature: Buffer, hint: string): Buffer {
  // Readers without a JSON parser look for `"signature":"`: no space after the colon.
  const json = JSON.stringify({
    mediaType: bundleMediaType,
    verificationMaterial: { publicKey: { hint } },
    messageSignature: {
      messageDigest: {
        algorithm: digestAlgorithm,
        digest: listHash.toString('base64'),
      },
      signature: signature.toString('base64'),
    },
  });
  const slot = padded(json);
  parseSignatureSlot(slot);
  return slot;
}

/** The slot of a bundle that is still to be signed; every import refuses it. */
export function emptySignatureSlot(): Buffer {
  return padded('');
}

function padded(json: string): Buffer {
  return Buffer.from(`${json.padEnd(signatureSlotBytes - 1, ' ')}\n`);
}
