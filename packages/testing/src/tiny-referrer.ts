/** A document that refers to an image, as signatures and SBOMs do. */
import { mediaTypes, type Descriptor } from 'oras-js';
import { contentOf, imageOf, json, type TinyImage } from './tiny-image.js';

export interface TinyReferrerOptions {
  /** Default "application/vnd.example.sbom". */
  readonly artifactType?: string;
  /** What the one layer says. Default "tiny referrer". */
  readonly text?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

export function tinyReferrer(subject: Descriptor, options: TinyReferrerOptions = {}): TinyImage {
  const { artifactType = 'application/vnd.example.sbom', text = 'tiny referrer' } = options;
  const layer = contentOf('text/plain', Buffer.from(text));
  const empty = contentOf(mediaTypes.ociEmpty, Buffer.from('{}'));
  const { mediaType, digest, size } = subject;
  const manifest = json(mediaTypes.ociManifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    artifactType,
    config: empty.content,
    layers: [layer.content],
    subject: { mediaType, digest, size },
    ...(options.annotations === undefined ? {} : { annotations: options.annotations }),
  });
  return imageOf([empty, layer, manifest]);
}
