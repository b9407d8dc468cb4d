/**
 * A bundle whose signature, list and manifests are proven; its blobs are proven as they are read.
 *
 * Only `openBundle` makes one: the class is exported as a type, so importing
 * from an unverified file does not compile.
 */
import type { Digest } from 'oras-js';
import { imageDocuments } from '../graph/image-documents.js';
import type { Document, Documents } from '../graph/documents.js';
import { statedPlatforms } from '../graph/stated-platforms.js';
import type { TrustedKey } from '../keys/public-key.js';
import type { BundleLayout, PlacedEntry } from '../layout/bundle-layout.js';
import type { BundleImage, BundleManifest } from '../list/bundle-manifest.js';
import { BundleContent } from './bundle-content.js';
import type { BundleInput } from './bundle-input.js';
import { withCheckedConfigs } from './check-configs.js';
import { proveBlobs, type ProveOptions, type UseBlob } from './prove-blobs.js';

export interface VerifiedParts {
  readonly input: BundleInput;
  readonly manifest: BundleManifest;
  readonly digest: Digest;
  readonly signers: readonly TrustedKey[];
  readonly notes: readonly string[];
  readonly layout: BundleLayout;
  readonly documents: Documents;
  readonly blobs: readonly PlacedEntry[];
}

export class VerifiedBundle {
  private readonly parts: VerifiedParts;

  constructor(parts: VerifiedParts) {
    this.parts = parts;
  }

  get manifest(): BundleManifest {
    return this.parts.manifest;
  }

  /** The identity of the bundle: SHA-256 of its list. */
  get digest(): Digest {
    return this.parts.digest;
  }

  /** The trusted keys whose signatures were good. */
  get signers(): readonly TrustedKey[] {
    return this.parts.signers;
  }

  /** What a person should know about the signatures though it did not stop the verification. */
  get notes(): readonly string[] {
    return this.parts.notes;
  }

  /** Size of the whole bundle in bytes. */
  get fileBytes(): number {
    return this.parts.layout.fileBytes;
  }

  /** The input's name, for messages. */
  get name(): string {
    return this.parts.input.name;
  }

  /** Manifests of an image as received, children before parents. */
  documentsOf(image: BundleImage): readonly Document[] {
    return imageDocuments(image, this.parts.documents);
  }

  /**
   * Proves every config and layer and the end of the bundle, handing each blob to `use` meanwhile.
   * When it returns, every byte of the bundle was proven. From a pipe it can be called once.
   */
  async proveBlobs(use: UseBlob, options: ProveOptions = {}): Promise<void> {
    const { input, layout, blobs, manifest, documents } = this.parts;
    const checked = withCheckedConfigs(use, statedPlatforms(manifest.images, documents));
    await proveBlobs(input, layout, blobs, checked, options);
  }

  /** The bundle as content to read at random; undefined for a pipe. Prove the blobs before. */
  asContent(): BundleContent | undefined {
    const { at } = this.parts.input;
    return at && new BundleContent(at, this.parts);
  }
}
