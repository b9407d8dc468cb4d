/** The full names of a bundle's image, for tools that load the bundle as an archive. */
import type { BundleImage, ListedImages } from '../list/bundle-manifest.js';

/** One name a tag, with the host that the image came from. */
export function imageNames(
  image: BundleImage,
  { sources }: Pick<ListedImages, 'sources'>,
): readonly string[] {
  const source = sources.find(
    ({ repository, digest }) => repository === image.repository && digest === image.digest,
  );
  const prefix = source === undefined ? '' : `${source.host}/`;
  return image.tags.map((tag) => `${prefix}${image.repository}:${tag}`);
}
