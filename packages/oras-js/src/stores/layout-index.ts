/**
 * `index.json` of an OCI image layout: which name stands for which content.
 *
 * Entries that other tools wrote are kept as they are, in their order; only
 * the entry of the name that is set is replaced.
 *
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md#indexjson-file
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Descriptor } from '../content/descriptor.js';
import { mediaTypes } from '../content/media-types.js';
import { parseDescriptor } from '../content/parse-descriptor.js';
import { ContentError } from '../content/content-error.js';
import { JsonError } from '../json/json-error.js';
import { arrayAt, objectAt } from '../json/json-fields.js';
import { parseStrictJson, type JsonObject, type JsonValue } from '../json/strict-json.js';
import { nameAnnotation } from './content-name.js';
import { writeDurably } from './durable-file.js';
import { StorageError, systemErrorCode } from './storage-error.js';

export interface LayoutIndex {
  readonly fields: JsonObject;
  /** In the order of the file, those without a name included. */
  readonly entries: readonly Descriptor[];
}

const emptyIndex: JsonObject = {
  schemaVersion: 2,
  mediaType: mediaTypes.ociIndex,
  manifests: [],
};

/** @throws StorageError `LAYOUT_INVALID` */
export async function readLayoutIndex(folder: string): Promise<LayoutIndex> {
  const file = join(folder, 'index.json');
  const bytes = await readIfThere(file);
  if (bytes === undefined) return { fields: emptyIndex, entries: [] };
  try {
    const fields = objectAt(parseStrictJson(bytes), 'the index');
    const manifests = arrayAt(fields['manifests'], 'manifests');
    const entries = manifests.map((item, at) => parseDescriptor(item, `manifests[${at}]`));
    return { fields, entries };
  } catch (cause) {
    if (!(cause instanceof JsonError) && !(cause instanceof ContentError)) throw cause;
    throw new StorageError(
      'LAYOUT_INVALID',
      `expected ${file} to be the index of an OCI image layout, found: ${cause.message}`,
      { cause, hint: 'write the layout again from its source' },
    );
  }
}

/** Writes the index with `content` as the one entry called `name`. */
export async function writeLayoutName(
  folder: string,
  stagingFolder: string,
  content: Descriptor,
  name: string,
): Promise<void> {
  const { fields, entries } = await readLayoutIndex(folder);
  const kept = arrayAt(fields['manifests'] ?? [], 'manifests').filter(
    (_, at) => nameOf(entries[at]) !== name,
  );
  const manifests: readonly JsonValue[] = [...kept, entryOf(content, name)];
  const text = JSON.stringify({ ...fields, manifests });
  await writeDurably(stagingFolder, join(folder, 'index.json'), (staged) => staged.writeFile(text));
}

export function nameOf(entry: Descriptor | undefined): string | undefined {
  return entry?.annotations?.[nameAnnotation];
}

/** The descriptor that was tagged: an entry without the name that the layout added. */
export function withoutName({ annotations = {}, ...rest }: Descriptor): Descriptor {
  const others = Object.entries(annotations).filter(([key]) => key !== nameAnnotation);
  return others.length === 0 ? rest : { ...rest, annotations: Object.fromEntries(others) };
}

function entryOf(content: Descriptor, name: string): JsonObject {
  const { mediaType, digest, size, platform, artifactType, annotations } = content;
  return {
    mediaType,
    digest,
    size,
    ...(platform === undefined ? {} : { platform: { ...platform } }),
    ...(artifactType === undefined ? {} : { artifactType }),
    annotations: { ...annotations, [nameAnnotation]: name },
  };
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
