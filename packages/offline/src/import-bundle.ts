/** The offline side, from a proven head to pullable images: check, push, tag, prove. Each step's result is the next one's argument. */
import type { BundleManifest, TrustedKey, VerifiedBundle } from '@sallyport/bundle';
import type { Digest } from 'oras-js';
import { checkDestination, type ImportPlan } from './check-destination.js';
import type { Destination, Mapping } from './destination.js';
import type { ConnectDestination } from './destination-repository.js';
import { provePullable } from './prove-pullable.js';
import { pushContent, type PushedBlob, type PushOptions } from './push-content.js';
import { tagImages, type TaggedImage } from './tag-images.js';

export interface ImportRequest {
  /** Only `openBundle` makes one: there is no way to import what was not verified. */
  readonly bundle: VerifiedBundle;
  readonly destination: Destination;
  readonly mapping: Mapping;
  readonly connect: ConnectDestination;
}

export interface ImportOptions extends PushOptions {
  /** Asked when everything is proven and nothing is visible yet; stops the import by throwing. */
  readonly beforeTags?: () => Promise<void>;
}

export interface ImportReport {
  readonly bundle: Digest;
  readonly manifest: BundleManifest;
  readonly signers: readonly TrustedKey[];
  readonly registry: string;
  readonly images: readonly TaggedImage[];
  readonly blobs: readonly PushedBlob[];
}

/**
 * Until it returns, no tag of the destination was changed that the report does not name.
 *
 * @throws BundleError, ContentError, ImportError, or what the registry's client throws.
 */
export async function importBundle(
  request: ImportRequest,
  options: ImportOptions = {},
): Promise<ImportReport> {
  const { bundle, destination, connect } = request;
  const plan = await planImport(request, options);
  const blobs = await pushContent(bundle, plan, connect, options);
  await options.beforeTags?.();
  const images = await tagImages(plan, bundle.asContent(), options);
  await provePullable(images, connect, options);
  return {
    bundle: bundle.digest,
    manifest: bundle.manifest,
    signers: bundle.signers,
    registry: destination.registry,
    images,
    blobs,
  };
}

/** What an import would do. Reads the destination, writes nothing. */
export async function planImport(
  { bundle, destination, mapping, connect }: ImportRequest,
  options: PushOptions = {},
): Promise<ImportPlan> {
  const plan = await checkDestination(bundle, destination, mapping, connect, options);
  const { images, totals } = bundle.manifest;
  options.onEvent?.({ type: 'checked', images: images.length, bytes: totals.bytes });
  return plan;
}
