/**
 * What an import leaves behind for the files: which bundle, which keys, what
 * every tag pointed to before and after, and what nobody looked at.
 */
import { sourceNames, type BundleManifest, type BundleSource } from '@sallyport/bundle';
import type { Digest } from 'oras-js';
import type { ImportReport } from '../import-bundle.js';
import type { ImageProof } from '../prove/image-proof.js';
import type { PushedBlob } from '../push-content.js';

export const receiptType = 'application/vnd.sallyport.receipt.v1+json';

/** What the report of an import does not know. Times are `YYYY-MM-DDTHH:MM:SSZ`. */
export interface ReceiptCircumstances {
  readonly tool: string;
  readonly host: string;
  /** The bundle as it was named. */
  readonly file: string;
  readonly started: string;
  readonly finished: string;
  /** Why refusals were overridden. */
  readonly reasons: readonly string[];
  /** What did not stop the verification, one sentence each. */
  readonly notes: readonly string[];
  /** Null when nobody pulled the images back. */
  readonly proof: ReceiptProof | null;
}

/** Who pulled the images back, and what that has shown. */
export interface ReceiptProof {
  readonly identity: string;
  readonly images: readonly ImageProof[];
}

export interface ImportReceipt extends ReceiptCircumstances {
  readonly _type: typeof receiptType;
  readonly bundle: Pick<BundleManifest, 'channel' | 'sequence' | 'created' | 'kind'> & {
    readonly digest: Digest;
    readonly expires: string | null;
  };
  /** Fingerprints: 64 hex digits of the SHA-256 of each public key. */
  readonly signers: readonly string[];
  readonly registry: string;
  readonly images: readonly ReceiptImage[];
  readonly sources: readonly BundleSource[];
  readonly blobs: readonly PushedBlob[];
  readonly notChecked: readonly string[];
}

export interface ReceiptImage {
  readonly source: string;
  readonly repository: string;
  readonly digest: Digest;
  readonly mediaType: string;
  /** The index that was signed, where the tags had to point to its one carried platform. */
  readonly inPlaceOf: Digest | null;
  readonly tags: readonly {
    readonly tag: string;
    readonly before: Digest | null;
    readonly after: Digest;
  }[];
}

export function importReceipt(
  report: ImportReport,
  circumstances: ReceiptCircumstances,
): ImportReceipt {
  const { channel, sequence, created, kind, expires, sources } = report.manifest;
  const { tool, host, file, started, finished, reasons, notes, proof } = circumstances;
  const { bundle: digest, registry, blobs } = report;
  return {
    _type: receiptType,
    tool,
    host,
    started,
    finished,
    file,
    bundle: { digest, channel, sequence, created, expires: expires ?? null, kind },
    signers: report.signers.map(({ fingerprint }) => fingerprint),
    registry,
    images: report.images.map(({ source, repository, root, inPlaceOf, tags }) => ({
      source,
      repository,
      digest: root.digest,
      mediaType: root.mediaType,
      inPlaceOf: inPlaceOf ?? null,
      tags: tags.map(({ tag, before }) => ({
        tag,
        before: before ?? null,
        after: root.digest,
      })),
    })),
    sources,
    blobs,
    proof,
    reasons,
    notes,
    notChecked: uncheckedBy(report, proof),
  };
}

/** The exact bytes of a receipt file: these are signed. */
export function encodeReceipt(receipt: ImportReceipt): Buffer {
  return Buffer.from(`${JSON.stringify(receipt, null, 2)}\n`);
}

function uncheckedBy(
  { manifest, blobs, isProven }: ImportReport,
  proof: ReceiptProof | null,
): readonly string[] {
  const present = blobs.filter(({ outcome }) => outcome === 'present').length;
  return [
    ...uncheckedSources(manifest.sources),
    ...(present === 0
      ? []
      : [
          `the copies of ${present} blobs that the registry had already: they were proven in the bundle, and not read back`,
        ]),
    ...(isProven
      ? []
      : [
          'the blobs of the bundle and their copies in the registry: it was trusted, because it has every manifest',
        ]),
    ...(proof === null ? ['whether the images can be pulled: nobody has pulled them back'] : []),
    'the contents of the images: nothing was scanned for malware here',
  ];
}

/** What the connected side says that it did not check, in sentences that begin in the middle. */
export function uncheckedSources(sources: readonly BundleSource[]): readonly string[] {
  return sourceNames(sources).flatMap(({ names, upstreamSignature }) => {
    switch (upstreamSignature.state) {
      case 'verified':
        return [];
      case 'none-found':
        return [`who made ${names}: it has no signature at its source`];
      case 'not-checked':
        return [`who made ${names}: a signature at its source was not looked at`];
    }
  });
}
