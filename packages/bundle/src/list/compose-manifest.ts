/** Makes the signed list from what is known once the manifests were read: the plan of a full bundle. */
import { JsonError, type Digest } from 'oras-js';
import { BundleError } from '../bundle-error.js';
import type { Documents } from '../graph/documents.js';
import { bundleEntries } from '../layout/bundle-entries.js';
import type { BundleImage, BundleManifest, BundleSource } from './bundle-manifest.js';
import { encodeList } from './encode-list.js';
import { formatTime } from './list-fields.js';
import { parseList } from './parse-list.js';
import { sequenceAt } from './sequence-at.js';

export interface BundlePlan {
  readonly channel: string;
  /** Default: `created` as UTC seconds, so a job without memory needs no counter. */
  readonly sequence?: number | undefined;
  readonly created: Date;
  readonly expires?: Date | undefined;
  /** The bundle before this one in the channel. Default: none is named. */
  readonly previous?: Digest | undefined;
  /** Names of the sites it is for. Default: every site. */
  readonly audience?: readonly string[] | undefined;
  readonly images: readonly BundleImage[];
  readonly sources: readonly BundleSource[];
  readonly documents: Documents;
  readonly tool: string;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** @throws BundleError `BUNDLE_LIST_INVALID` for a plan that a reader would refuse, `BUNDLE_CONTENT_MISMATCH`, `BUNDLE_LIMIT`. */
export function composeManifest(plan: BundlePlan): BundleManifest {
  const { channel, created, expires, previous, audience, images, sources, documents } = plan;
  const entries = bundleEntries({ images, sources }, documents, 'full', new Set());
  const manifest: BundleManifest = {
    channel,
    sequence: plan.sequence ?? sequenceAt(created),
    created: formatTime(created),
    ...(expires === undefined ? {} : { expires: formatTime(expires) }),
    kind: 'full',
    previous: previous ?? null,
    ...(audience === undefined ? {} : { audience }),
    sources,
    images,
    entries,
    assumed: [],
    totals: { entries: entries.length, bytes: entries.reduce((sum, { size }) => sum + size, 0) },
    requires: [],
    tool: plan.tool,
    annotations: plan.annotations ?? {},
  };
  checkPlan(manifest);
  return manifest;
}

// Written and read back: nothing is signed and carried over that the other side would refuse.
function checkPlan(manifest: BundleManifest): void {
  try {
    parseList(encodeList(manifest));
  } catch (cause) {
    if (!(cause instanceof BundleError) || cause.code !== 'BUNDLE_LIST_INVALID') throw cause;
    const reason = cause.cause instanceof JsonError ? cause.cause : cause;
    throw new BundleError(
      'BUNDLE_LIST_INVALID',
      `no bundle can be made of this: ${reason.message}`,
      { cause: reason },
    );
  }
}
