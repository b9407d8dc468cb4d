/** The offline side, from a proven head to pullable images: check, push, tag, prove. Each step's result is the next one's argument. */
import type { BundleManifest, TrustedKey, VerifiedBundle } from '@sallyport/bundle';
import { hasCode, type Digest } from 'oras-js';
import { checkDestination, type CheckOptions, type ImportPlan } from './check-destination.js';
import type { Destination, Mapping } from './destination.js';
import type { ConnectDestination } from './destination-repository.js';
import { openAgain } from './open-again.js';
import { provePullable, type ImportProof } from './prove/prove-pullable.js';
import { pushContent, type PushedBlob, type PushOptions } from './push-content.js';
import { restoreLost } from './restore-lost.js';
import { tagImages, type TaggedImage } from './tag-images.js';

export interface ImportRequest {
  /** Only `openBundle` makes one: there is no way to import what was not verified. */
  readonly bundle: VerifiedBundle;
  readonly destination: Destination;
  readonly mapping: Mapping;
  readonly connect: ConnectDestination;
}

export interface ImportOptions extends PushOptions, ImportProof {
  /** Asked when everything is proven and nothing is visible yet; stops the import by throwing. */
  readonly beforeTags?: () => Promise<void>;
  /**
   * Reads no blob when the destination says that it has every manifest of the bundle. Default false: the
   * bundle is proven to its end, whatever is there.
   */
  readonly trustDestination?: boolean;
}

export interface ImportReport {
  readonly bundle: Digest;
  readonly manifest: BundleManifest;
  readonly signers: readonly TrustedKey[];
  readonly registry: string;
  readonly images: readonly TaggedImage[];
  readonly blobs: readonly PushedBlob[];
  /** False when no blob was read, because the destination was trusted to have them all. */
  readonly isProven: boolean;
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
  // What a registry has lost is found by the proof, and sent again. A pipe cannot give anything again.
  const believesManifests = bundle.asContent() !== undefined && options.isUnproven !== true;
  const plan = await planImport(request, { ...options, believesManifests });
  const isProven =
    options.trustDestination !== true || plan.images.some(({ presence }) => presence !== 'there');
  const blobs = isProven ? await pushContent(bundle, plan, connect, options) : [];
  await options.beforeTags?.();
  const images = await tagImages(plan, openAgain(bundle), options);
  if (isProven) await proveOrRestore(request, plan, images, options);
  return {
    bundle: bundle.digest,
    manifest: bundle.manifest,
    signers: bundle.signers,
    registry: destination.registry,
    images,
    blobs,
    isProven,
  };
}

/** Of an image that was there nobody asked for the blobs yet: the proof does, and what is missing is sent. */
async function proveOrRestore(
  { bundle, connect }: ImportRequest,
  plan: ImportPlan,
  images: readonly TaggedImage[],
  options: ImportOptions,
): Promise<void> {
  try {
    await provePullable(images, connect, options);
  } catch (error) {
    // Never of a pipe: no image was believed to be there then.
    const mayBeLost = plan.images.some(({ presence }) => presence === 'there');
    if (!mayBeLost || !hasCode(error, 'IMPORT_NOT_PULLABLE')) throw error;
    await restoreLost(plan, openAgain(bundle), options);
    await provePullable(images, connect, options);
  }
}

/** What an import would do. Reads the destination, writes nothing. */
export async function planImport(
  { bundle, destination, mapping, connect }: ImportRequest,
  options: CheckOptions & Pick<PushOptions, 'onEvent'> = {},
): Promise<ImportPlan> {
  const plan = await checkDestination(bundle, destination, mapping, connect, options);
  const { images, totals } = bundle.manifest;
  options.onEvent?.({ type: 'checked', images: images.length, bytes: totals.bytes });
  return plan;
}
