/**
 * A signature in cosign's older form: a JSON payload, and its signature in an annotation of the layer.
 *
 * @see https://github.com/sigstore/cosign/blob/v2.4.1/specs/SIGNATURE_SPEC.md#simple-signing
 */
import { isDigest, JsonError, objectAt, parseStrictJson, stringAt, type Descriptor } from 'oras-js';
import type { SignatureClaim } from './signature-claim.js';

/** @returns Undefined for what is not such a signature. */
export function payloadClaim(content: Descriptor, bytes: Buffer): SignatureClaim | undefined {
  const signature = content.annotations?.['dev.cosignproject.cosign/signature'];
  if (signature === undefined) return undefined;
  try {
    const critical = objectAt(
      objectAt(parseStrictJson(bytes), 'the payload')['critical'],
      'critical',
    );
    const image = stringAt(
      objectAt(critical['image'], 'image')['docker-manifest-digest'],
      'digest',
    );
    // The same key may sign other things with this shape; only this type speaks about an image.
    const isImageSignature = critical['type'] === 'cosign container image signature';
    if (!isImageSignature || !isDigest(image)) return undefined;
    return { image, signed: bytes, signature: Buffer.from(signature, 'base64') };
  } catch (error) {
    if (error instanceof JsonError) return undefined;
    throw error;
  }
}
