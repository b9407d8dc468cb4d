/** Which configs are those of an image to run: only they say for which platform it is. */
import { mediaTypes, type Descriptor } from 'oras-js';

const imageConfigTypes: readonly string[] = [mediaTypes.ociConfig, mediaTypes.dockerConfig];

export function isImageConfig({ mediaType }: Pick<Descriptor, 'mediaType'>): boolean {
  return imageConfigTypes.includes(mediaType);
}
