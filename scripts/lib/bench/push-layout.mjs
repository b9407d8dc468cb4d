/** An OCI layout into a registry, by somebody else's program. */
import { skopeoCopy } from '../skopeo-copy.mjs';

export async function pushLayouts(images, nameOf) {
  for (const [at, { layout }] of images.entries()) {
    await skopeoCopy(`oci:${layout}`, `docker://${nameOf(at)}`);
  }
}

/** Of images that share layers: each blob once, in bytes, without manifests and configurations. */
export function uniqueBytes(images) {
  const sizes = new Map(
    images.flatMap(({ layers }) => layers.map(({ digest, size }) => [digest, size])),
  );
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}
