/** Which manifest of an index a runner would pull. */
import {
  formatPlatform,
  matchesPlatform,
  type Descriptor,
  type ImageIndex,
  type Platform,
} from 'oras-js';
import type { ProofOptions, ProvableRepository } from './image-proof.js';
import { ProveError } from './prove-error.js';

const usualPlatform: Platform = { os: 'linux', architecture: 'amd64' };

/** @throws ProveError `PROVE_PLATFORM_NOT_FOUND` */
export async function chooseChild(
  index: ImageIndex,
  repository: ProvableRepository,
  name: string,
  options: ProofOptions,
): Promise<Descriptor> {
  const wanted = options.platform ?? usualPlatform;
  const offered = index.manifests.filter(isImage);
  const right = offered.find(({ platform }) => platform && matchesPlatform(platform, wanted));
  if (options.anyPlatform !== true) {
    if (right !== undefined) return right;
    throw notOffered(wanted, offered, name);
  }
  // Of an index, a bundle may carry one platform only: what was left out cannot be read.
  const others = offered.filter((each) => each !== right);
  for (const child of right === undefined ? others : [right, ...others]) {
    if (await repository.exists(child, { signal: options.signal })) return child;
  }
  throw notOffered(wanted, [], name);
}

/** An attestation stands in an index as a manifest for no platform. */
function isImage({ platform }: Descriptor): boolean {
  return platform === undefined || formatPlatform(platform) !== 'unknown/unknown';
}

function notOffered(wanted: Platform, offered: readonly Descriptor[], name: string): ProveError {
  const found = offered.flatMap(({ platform }) => platform ?? []).map(formatPlatform);
  const list = found.length === 0 ? 'none of its platforms' : found.join(', ');
  return new ProveError(
    'PROVE_PLATFORM_NOT_FOUND',
    `expected ${name} for ${formatPlatform(wanted)}, found ${list}`,
    {
      hint: 'name the platform of the runner with --platform, or carry the image for it',
    },
  );
}
