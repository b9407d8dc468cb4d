/** The connected side, from names to a file: resolve, plan, sign, write. Each step's result is the next one's argument. */
import {
  leaveUnsigned,
  requireAbsent,
  signManifest,
  type BundleManifest,
  type SignedManifest,
  type Signer,
  type TrustedKey,
} from '@sallyport/bundle';
import type { CallOptions, Digest, Platform, Reference } from 'oras-js';
import type { Lock } from './lock-file.js';
import { planBundle, type ExportPlan, type PlanOptions } from './plan-bundle.js';
import { resolveImages } from './resolve-images.js';
import type { ChooseTags } from './sibling-tags.js';
import type { ConnectSource } from './source.js';
import { writeBundle, type BundleOutput, type WriteBundleOptions } from './write-bundle.js';

export interface PlanRequest extends PlanOptions {
  readonly images: readonly Reference[];
  readonly connect: ConnectSource;
}

/**
 * Who signs, whose keys may still be being unlocked while images are looked up; or how many slots to
 * leave empty, for signatures made elsewhere.
 */
export type ExportSigners =
  { readonly unlocked: Promise<readonly Signer[]> } | { readonly unsignedSlots: number };

export interface ExportRequest extends PlanRequest {
  readonly signers: ExportSigners;
  readonly output: BundleOutput;
}

export interface ExportOptions extends WriteBundleOptions {
  /** Empty or absent for all. */
  readonly platforms?: readonly Platform[];
  /** Leave out signatures, SBOMs and whatever else is attached to the images. Default false. */
  readonly skipReferrers?: boolean;
  /** Which other tags of the images are looked for, to be carried along. Default: none. */
  readonly siblingTags?: ChooseTags;
  /** When given, each image has to be signed at its source by one of these keys. */
  readonly sourceKeys?: readonly TrustedKey[];
  /** When given, each name has to have the digest that stands there. */
  readonly lock?: Lock;
  /** The clock, for the times at which names were resolved. Default: the machine's. */
  readonly now?: () => Date;
}

export interface ExportReport {
  readonly manifest: BundleManifest;
  readonly digest: Digest;
  /** Size of the bundle. */
  readonly fileBytes: number;
  /** False when signatures are still to be attached. */
  readonly isSigned: boolean;
}

/**
 * After a failure or an abort there is no file; a stream has got no end that a reader accepts.
 *
 * @throws ExportError, BundleError, ContentError, KeyError, or what the registry's client throws.
 */
export async function exportBundle(
  request: ExportRequest,
  options: ExportOptions = {},
): Promise<ExportReport> {
  const plan = await planUnlessRefused(request, options);
  const signed = await seal(plan.manifest, request, options);
  const { images, totals } = plan.manifest;
  options.onEvent?.({ type: 'planned', images, blobs: totals.entries, bytes: totals.bytes });
  await writeBundle(plan, signed, request.output, options);
  return {
    manifest: plan.manifest,
    digest: signed.digest,
    fileBytes: signed.fileBytes,
    isSigned: !('unsignedSlots' in request.signers),
  };
}

/** Nobody has to wait for a plan that cannot be signed or written. */
async function planUnlessRefused(
  request: ExportRequest,
  { signal, ...options }: ExportOptions,
): Promise<ExportPlan> {
  const refused = new AbortController();
  if ('unlocked' in request.signers) {
    request.signers.unlocked.catch((error: unknown) => {
      refused.abort(error);
    });
  }
  if ('file' in request.output) await requireAbsent(request.output.file);
  const either = AbortSignal.any([refused.signal, ...(signal === undefined ? [] : [signal])]);
  return resolveAndPlan(request, { ...options, signal: either });
}

async function seal(
  manifest: BundleManifest,
  { signers }: ExportRequest,
  { signal }: CallOptions,
): Promise<SignedManifest> {
  return 'unsignedSlots' in signers
    ? leaveUnsigned(manifest, signers.unsignedSlots)
    : signManifest(manifest, await signers.unlocked, { signal });
}

/** What an export would carry: manifests are fetched, layers are not, nothing is written. */
export async function planExport(
  request: PlanRequest,
  options: ExportOptions = {},
): Promise<BundleManifest> {
  return (await resolveAndPlan(request, options)).manifest;
}

async function resolveAndPlan(request: PlanRequest, options: ExportOptions): Promise<ExportPlan> {
  const now = options.now ?? ((): Date => new Date());
  const resolved = await resolveImages(request.images, request.connect, { ...options, now });
  return planBundle(resolved, request);
}
