/**
 * The images of `docker save`, old and new: a config, and layers as plain tars.
 *
 * Each becomes an OCI image: config and layers keep their bytes, the manifest
 * that an archive of this form lacks is made here, always the same. A layer is
 * found by the hash that the config names, so no path or link is trusted.
 *
 * @see https://github.com/moby/docker-image-spec/blob/v1.3.1/spec.md
 */
import type { ReadAt } from '@sallyport/bundle';
import {
  arrayAt,
  isDigest,
  JsonError,
  mediaTypes,
  objectAt,
  stringAt,
  stringsAt,
  type CallOptions,
  type Descriptor,
  type Digest,
  type JsonValue,
} from 'oras-js';
import type { ArchiveContent } from './archive-content.js';
import { ArchiveError } from './archive-error.js';
import type { ArchivedImage } from './archived-image.js';
import type { ArchivedFile, ArchiveIndex } from './index-archive.js';
import { readArchiveJson } from './read-archive-json.js';

interface SavedImage {
  readonly config: string;
  readonly layers: readonly string[];
  readonly names: readonly string[];
}

/** @throws ArchiveError `ARCHIVE_DAMAGED` or `ARCHIVE_INVALID`. */
export async function readDockerImages(
  at: ReadAt,
  index: ArchiveIndex,
  manifestJson: ArchivedFile,
  content: ArchiveContent,
  options: CallOptions,
): Promise<readonly ArchivedImage[]> {
  const saved = await readArchiveJson(at, 'manifest.json', manifestJson, readSaved, options);
  const images: ArchivedImage[] = [];
  for (const image of saved) {
    const config = fileAt(index, image.config);
    requireConfigName(image.config, config);
    const diffIds = await readArchiveJson(at, image.config, config, readDiffIds, options);
    const layers = layersOf(image, diffIds, index, content);
    images.push({ root: content.add(...composeManifest(config, layers)), names: image.names });
  }
  return images;
}

function readSaved(value: JsonValue): readonly SavedImage[] {
  return arrayAt(value, 'the document').map((item, place) => {
    const where = `[${place}]`;
    const fields = objectAt(item, where);
    const { RepoTags: names } = fields;
    return {
      config: stringAt(fields['Config'], `${where}.Config`),
      layers: stringsAt(fields['Layers'], `${where}.Layers`),
      names: names === undefined || names === null ? [] : stringsAt(names, `${where}.RepoTags`),
    };
  });
}

function readDiffIds(value: JsonValue): readonly Digest[] {
  const rootfs = objectAt(objectAt(value, 'the config')['rootfs'], 'rootfs');
  return stringsAt(rootfs['diff_ids'], 'rootfs.diff_ids').map((text) => {
    if (isDigest(text)) return text;
    throw new JsonError(`expected sha256 digests in rootfs.diff_ids, found ${text.slice(0, 80)}`);
  });
}

function layersOf(
  { layers, config }: SavedImage,
  diffIds: readonly Digest[],
  { files, links }: ArchiveIndex,
  content: ArchiveContent,
): readonly Descriptor[] {
  if (layers.length !== diffIds.length) {
    throw damaged(`${config} names ${diffIds.length} layers, and manifest.json ${layers.length}`);
  }
  return diffIds.map((digest, place) => {
    const name = layers[place] ?? '';
    const found = files.get(name)?.digest;
    const size = content.sizeOf(digest);
    const isThere = found === digest || (found === undefined && links.has(name));
    if (isThere && size !== undefined) return { mediaType: mediaTypes.ociLayer, digest, size };
    throw damaged(
      `expected layer ${place + 1}, ${digest}, in ${name}, found ${found ?? 'nothing'}`,
    );
  });
}

function fileAt({ files }: ArchiveIndex, name: string): ArchivedFile {
  const file = files.get(name);
  if (file !== undefined) return file;
  throw damaged(`expected ${name.slice(0, 200)}, which manifest.json names, found nothing`);
}

function requireConfigName(name: string, { digest }: ArchivedFile): void {
  const hex = /^(?:blobs\/sha256\/)?([a-f0-9]{64})(?:\.json)?$/.exec(name)?.[1];
  if (hex === undefined || digest === `sha256:${hex}`) return;
  throw damaged(`${name} hashes to ${digest}`);
}

function composeManifest(
  { digest, size }: ArchivedFile,
  layers: readonly Descriptor[],
): [mediaType: string, bytes: Buffer] {
  const mediaType = mediaTypes.ociManifest;
  const config = { mediaType: mediaTypes.ociConfig, digest, size };
  return [mediaType, Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, config, layers }))];
}

function damaged(found: string): ArchiveError {
  return new ArchiveError('ARCHIVE_DAMAGED', `the archive contradicts itself: ${found}`, {
    hint: 'save the image again; this archive is damaged',
  });
}
