/**
 * Docker's `manifest.json`: what `docker load` and `skopeo docker-archive:` read.
 *
 * Docker loads one platform a name: linux/amd64 where it is carried, otherwise
 * the first image of the index. Content that is not a Docker image is left out.
 */
import type { ImageManifest } from 'oras-js';
import type { Documents } from '../graph/documents.js';
import { isImageConfig } from '../graph/image-config-types.js';
import { blobPath } from '../list/blob-path.js';
import type { BundleImage, ListedImages } from '../list/bundle-manifest.js';
import { imageNames } from './image-names.js';

interface DockerArchiveImage {
  readonly Config: string;
  readonly RepoTags: readonly string[];
  readonly Layers: readonly string[];
}

export function dockerArchive(
  listed: ListedImages,
  documents: Documents,
): readonly DockerArchiveImage[] {
  return listed.images.flatMap((image) => {
    const manifest = loadableManifest(image, documents);
    if (manifest === undefined) return [];
    return [
      {
        Config: blobPath(manifest.config.digest),
        RepoTags: imageNames(image, image.tags, listed),
        Layers: manifest.layers.map(({ digest }) => blobPath(digest)),
      },
    ];
  });
}

function loadableManifest(image: BundleImage, documents: Documents): ImageManifest | undefined {
  const amd64 = image.platforms.filter(({ platform }) => platform === 'linux/amd64');
  return [...amd64, ...image.platforms]
    .map(({ digest }) => documents.get(digest)?.manifest)
    .find(
      (manifest): manifest is ImageManifest => manifest?.kind === 'image' && isLoadable(manifest),
    );
}

function isLoadable({ config, layers }: ImageManifest): boolean {
  return (
    isImageConfig(config) &&
    layers.length > 0 &&
    layers.every(({ mediaType }) => isTarLayer(mediaType))
  );
}

// Signatures call their config an image's; their layers are no file systems. Foreign layers are not carried.
function isTarLayer(mediaType: string): boolean {
  return (
    mediaType.startsWith('application/vnd.oci.image.layer.v1.tar') ||
    mediaType.startsWith('application/vnd.docker.image.rootfs.diff.tar')
  );
}
