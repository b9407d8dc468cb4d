/**
 * The signed list of everything in a bundle: `sallyport/bundle.json`.
 *
 * It is the plan of the connected side and the law of the offline side. The
 * types here mirror the document; reading and writing it are files of their own.
 */
import type { Digest } from 'oras-js';

export const listType = 'application/vnd.sallyport.bundle.v1+json';

/** A verifier compares these bytes before it parses anything. */
export const listPrefix = `{"_type":"${listType}",`;

export interface BundleManifest {
  /** The stream of bundles this one belongs to. */
  readonly channel: string;
  /** Greater than that of every earlier bundle of the channel. */
  readonly sequence: number;
  /** `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly created: string;
  readonly expires?: string;
  readonly kind: 'full' | 'delta';
  /** The bundle that carried what is assumed; with `delta` only. */
  readonly base?: { readonly bundle: Digest; readonly sequence: number };
  /** Digest of the bundle before this one in the channel. */
  readonly previous: Digest | null;
  /** Sites this bundle is for; absent means every site. */
  readonly audience?: readonly string[];
  readonly sources: readonly BundleSource[];
  readonly images: readonly BundleImage[];
  /** In tar order, from `oci-layout` on. */
  readonly entries: readonly BundleEntry[];
  /** Blobs that must be at the destination already; empty in a full bundle. */
  readonly assumed: readonly AssumedBlob[];
  readonly totals: { readonly entries: number; readonly bytes: number };
  /** Features a reader must know to read this bundle rightly. */
  readonly requires: readonly string[];
  /** Who wrote it. Never used in a decision. */
  readonly tool: string;
  /** Free text of the packager. Never used in a decision. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** Where an image came from, as it was asked for. */
export interface BundleSource {
  readonly host: string;
  readonly repository: string;
  /** As the packager wrote it: a tag, or a digest. */
  readonly reference: string;
  readonly digest: Digest;
  /** When the name was resolved; `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly resolved: string;
  readonly upstreamSignature: UpstreamSignature;
}

/** What the connected side found out about a signature of the image at its source. */
export interface UpstreamSignature {
  readonly state: UpstreamSignatureState;
  /** Of the key that verified it: 64 hex digits; with `verified` only. */
  readonly key?: string;
}

export type UpstreamSignatureState = 'verified' | 'none-found' | 'not-checked';

/** One image to write at the destination. */
export interface BundleImage {
  /** Without a host; the destination's mapping starts from it. */
  readonly repository: string;
  readonly tags: readonly string[];
  readonly digest: Digest;
  readonly mediaType: string;
  readonly size: number;
  /** Of an index: the children that are carried. Of a manifest: itself. */
  readonly platforms: readonly CarriedPlatform[];
  /** Signatures, SBOMs and the like that refer to the image and are carried with it. */
  readonly referrers: readonly CarriedReferrer[];
}

export interface CarriedPlatform {
  readonly digest: Digest;
  /** `os/arch[/variant]`; absent where the content does not say. */
  readonly platform?: string;
}

export interface CarriedReferrer {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly size: number;
  readonly artifactType?: string;
  /** The tag under which it is looked for, by cosign's convention; absent where the subject is enough. */
  readonly tag?: string;
}

export interface BundleEntry {
  readonly path: string;
  readonly size: number;
  readonly digest: Digest;
  /** Of blobs only. */
  readonly mediaType?: string;
}

export interface AssumedBlob {
  readonly digest: Digest;
  readonly size: number;
  readonly mediaType: string;
}

/** The part of a list that says which images there are and where they came from. */
export type ListedImages = Pick<BundleManifest, 'images' | 'sources'>;
