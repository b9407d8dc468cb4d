/**
 * Whether an image was signed at its source, by a key that the packager names.
 *
 * Both forms that cosign writes are read: the older one, a payload with a
 * signature beside it, and the newer one, a Sigstore bundle with an envelope.
 * Certificates and transparency logs are not: they need a network to be judged.
 */
import { verify } from 'node:crypto';
import type { TrustedKey, UpstreamSignature } from '@sallyport/bundle';
import { readContent, type CallOptions, type Descriptor, type Digest } from 'oras-js';
import { ExportError } from '../export-error.js';
import type { ImageSource } from '../source.js';
import { envelopeClaim } from './envelope-claim.js';
import type { CarriedAttachment } from './carry-attached.js';
import { payloadClaim } from './payload-claim.js';
import type { SignatureClaim } from './signature-claim.js';

/** Payloads and envelopes have a few kilobytes. */
const maxSignatureBytes = 1024 * 1024;

/**
 * @param keys Empty: nothing is verified, and the answer says so.
 * @throws ExportError `EXPORT_SOURCE_UNSIGNED` or `EXPORT_SOURCE_SIGNATURE_WRONG`, with keys given only.
 */
export async function verifyUpstream(
  image: Digest,
  attached: readonly CarriedAttachment[],
  source: ImageSource,
  keys: readonly TrustedKey[],
  options: CallOptions = {},
): Promise<UpstreamSignature> {
  const blobs = attached.filter(({ subject }) => subject === image).flatMap(signatureBlobs);
  if (keys.length === 0) return { state: blobs.length === 0 ? 'none-found' : 'not-checked' };
  if (blobs.length === 0) {
    throw new ExportError(
      'EXPORT_SOURCE_UNSIGNED',
      `expected a signature of ${image} at its source, found none`,
      {
        hint: 'ask whoever publishes the image, or export without --source-key',
      },
    );
  }
  for (const blob of blobs) {
    const key = signerOf(await readClaim(blob, source, options), image, keys);
    if (key !== undefined) return { state: 'verified', key: key.fingerprint };
  }
  throw new ExportError(
    'EXPORT_SOURCE_SIGNATURE_WRONG',
    `expected a signature of ${image} by a named key, found ${blobs.length} by others or over something else`,
    { hint: 'compare the key with the one that the publisher names' },
  );
}

interface SignatureBlob {
  readonly content: Descriptor;
  readonly readClaim: (content: Descriptor, bytes: Buffer) => SignatureClaim | undefined;
}

const readers = new Map<string, SignatureBlob['readClaim']>([
  ['application/vnd.dev.cosign.simplesigning.v1+json', payloadClaim],
  ['application/vnd.dev.sigstore.bundle.v0.3+json', envelopeClaim],
]);

function signatureBlobs({ document: { manifest } }: CarriedAttachment): readonly SignatureBlob[] {
  if (manifest.kind === 'index') return [];
  return manifest.layers.flatMap((content) => {
    const readClaim = readers.get(content.mediaType);
    return readClaim === undefined ? [] : [{ content, readClaim }];
  });
}

async function readClaim(
  { content, readClaim: read }: SignatureBlob,
  source: ImageSource,
  { signal }: CallOptions,
): Promise<SignatureClaim | undefined> {
  return read(
    content,
    await readContent(source, content, { limitBytes: maxSignatureBytes, signal }),
  );
}

function signerOf(
  claim: SignatureClaim | undefined,
  image: Digest,
  keys: readonly TrustedKey[],
): TrustedKey | undefined {
  if (claim?.image !== image) return undefined;
  const { signed, signature } = claim;
  return keys.find(({ key }) => verify('sha256', signed, { key, dsaEncoding: 'der' }, signature));
}
