/** Makes the signed list from what is known once the manifests were read: the plan of a full bundle. */
import { JsonError } from 'oras-js';
import { BundleError } from '../bundle-error.js';
import type { Documents } from '../graph/documents.js';
import { bundleEntries } from '../layout/bundle-entries.js';
import type { BundleImage, BundleManifest, BundleSource } from './bundle-manifest.js';
import { checkList } from './check-list.js';
import { formatTime, isChannel } from './list-fields.js';

export interface BundlePlan {
  readonly channel: string;
  /** Default: `created` as UTC seconds, so a job without memory needs no counter. */
  readonly sequence?: number | undefined;
  readonly created: Date;
  readonly expires?: Date | undefined;
  readonly images: readonly BundleImage[];
  readonly sources: readonly BundleSource[];
  readonly documents: Documents;
  readonly tool: string;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** @throws BundleError `BUNDLE_LIST_INVALID` for a plan that a reader would refuse, `BUNDLE_CONTENT_MISMATCH`. */
export function composeManifest(plan: BundlePlan): BundleManifest {
  const { channel, created, expires, images, sources, documents } = plan;
  const entries = bundleEntries({ images, sources }, documents, 'full', new Set());
  const manifest: BundleManifest = {
    channel,
    sequence: plan.sequence ?? Math.floor(created.getTime() / 1000),
    created: formatTime(created),
    ...(expires === undefined ? {} : { expires: formatTime(expires) }),
    kind: 'full',
    previous: null,
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

function checkPlan(manifest: BundleManifest): void {
  try {
    if (!isChannel(manifest.channel)) {
      throw new JsonError(
        `expected a channel of a-z, 0-9, ".", "_", "-", found ${JSON.stringify(manifest.channel)}`,
      );
    }
    checkList(manifest);
  } catch (cause) {
    if (!(cause instanceof JsonError)) throw cause;
    throw new BundleError(
      'BUNDLE_LIST_INVALID',
      `no bundle can be made of this: ${cause.message}`,
      { cause },
    );
  }
}
