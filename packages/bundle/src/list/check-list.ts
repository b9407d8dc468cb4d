/** Rules of the signed list that concern more than one field. Throws a JsonError at the first that is broken. */
import { JsonError } from 'oras-js';
import { blobPath } from './blob-path.js';
import type { BundleManifest } from './bundle-manifest.js';

const layoutPaths = ['oci-layout', 'index.json', 'manifest.json'];

export function checkList(manifest: BundleManifest): void {
  checkKind(manifest);
  checkTimes(manifest);
  checkImages(manifest);
  checkSources(manifest);
  checkEntries(manifest);
  checkTotals(manifest);
}

function checkKind({ kind, base, assumed, sequence }: BundleManifest): void {
  if (sequence < 1) throw new JsonError('expected a sequence of at least 1, found 0');
  if (kind === 'delta' && base === undefined) throw new JsonError('a delta has to name its base');
  if (kind === 'full' && base !== undefined) throw new JsonError('a full bundle has no base');
  if (kind === 'full' && assumed.length > 0) throw new JsonError('a full bundle assumes nothing');
  if (base !== undefined && base.sequence >= sequence) {
    throw new JsonError(`expected a base older than ${sequence}, found sequence ${base.sequence}`);
  }
}

function checkTimes({ created, expires }: BundleManifest): void {
  // Both have the one spelling that sorts by time.
  if (expires !== undefined && expires <= created) {
    throw new JsonError(`expected "expires" after "created" (${created}), found ${expires}`);
  }
}

function checkImages({ images }: BundleManifest): void {
  const names = images.flatMap((image) => [
    `${image.repository}@${image.digest}`,
    ...[...image.tags, ...image.referrers.flatMap(({ tag }) => tag ?? [])].map(
      (tag) => `${image.repository}:${tag}`,
    ),
  ]);
  const twice = firstRepeated(names);
  if (twice !== undefined)
    throw new JsonError(`expected each image and tag once, found ${twice} twice`);
}

// A site may allow some hosts only: an image without a source, or with that of another, would pass by that rule.
function checkSources({ images, sources }: BundleManifest): void {
  const named = new Set(sources.map(({ repository, digest }) => `${repository}@${digest}`));
  const without = images.find(({ repository, digest }) => !named.has(`${repository}@${digest}`));
  if (without === undefined) return;
  throw new JsonError(
    `expected a source of ${without.repository}@${without.digest}, found none among ${sources.length}`,
  );
}

function checkEntries({ entries, assumed, kind }: BundleManifest): void {
  const expectedLayout = kind === 'full' ? layoutPaths : layoutPaths.slice(0, 2);
  for (const [index, path] of expectedLayout.entries()) {
    if (entries[index]?.path !== path) throw new JsonError(`expected entry ${index} to be ${path}`);
  }
  for (const entry of entries.slice(expectedLayout.length)) {
    if (entry.path !== blobPath(entry.digest)) {
      throw new JsonError(
        `expected the path of ${entry.digest}, found ${JSON.stringify(entry.path)}`,
      );
    }
    if (entry.mediaType === undefined) throw new JsonError(`${entry.path} has no media type`);
  }
  const paths = [
    ...entries.map(({ path }) => path),
    ...assumed.map(({ digest }) => blobPath(digest)),
  ];
  const twice = firstRepeated(paths);
  if (twice !== undefined) throw new JsonError(`expected each content once, found ${twice} twice`);
}

function checkTotals({ entries, totals }: BundleManifest): void {
  const bytes = entries.reduce((sum, entry) => sum + entry.size, 0);
  // A sum beyond 2^53 is no longer exact, so no total can be right.
  if (!Number.isSafeInteger(bytes) || totals.bytes !== bytes || totals.entries !== entries.length) {
    throw new JsonError(
      `expected totals of ${entries.length} entries and ${bytes} bytes, found ${totals.entries} and ${totals.bytes}`,
    );
  }
}

function firstRepeated(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return names.find((name) => seen.size === seen.add(name).size);
}
