/** The full names of a bundle's image, for tools that load the bundle as an archive. */
import type { BundleImage, ListedImages } from '../list/bundle-manifest.js';

/** One name a tag, with the host that the image came from. */
export function imageNames(
  { repository, digest }: Pick<BundleImage, 'repository' | 'digest'>,
  tags: readonly string[],
  { sources }: Pick<ListedImages, 'sources'>,
): readonly string[] {
  const source = sources.find((each) => each.repository === repository && each.digest === digest);
  const prefix = source === undefined ? '' : `${source.host}/`;
  return tags.map((tag) => `${prefix}${repository}:${tag}`);
}
