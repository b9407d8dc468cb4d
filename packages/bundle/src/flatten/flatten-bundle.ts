/**
 * Lays the content of a proven bundle out as plain files, for programs that
 * look into files: malware scanners open a layer, and not a tar in a tar.
 *
 * A file has its final name only when its bytes are proven, and the list is
 * written when the whole bundle is. After a failure nothing is left.
 */
import { mkdir, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { verifyContent, type Descriptor, type Digest } from 'oras-js';
import { BundleError } from '../bundle-error.js';
import type { Document } from '../graph/documents.js';
import type { ProveOptions } from '../read/prove-blobs.js';
import type { VerifiedBundle } from '../read/verified-bundle.js';
import { outputError } from '../write/output-error.js';
import { PartialFile } from '../write/partial-file.js';
import { flatList, flatListName, type FlatList } from './flat-list.js';
import { flatName } from './flat-name.js';

export interface FlattenOptions extends ProveOptions {
  /** Called as content is written. */
  readonly onBytes?: (digest: Digest, count: number) => void;
}

/**
 * @param folder Made here, or empty.
 * @throws BundleError `OUTPUT_…`, or what proving the bundle throws.
 */
export async function flattenBundle(
  bundle: VerifiedBundle,
  folder: string,
  options: FlattenOptions = {},
): Promise<FlatList> {
  const isOurs = await claimFolder(folder);
  const written: string[] = [];
  const save = async (name: string, bytes: AsyncIterable<Uint8Array>): Promise<void> => {
    written.push(join(folder, name));
    await saveNew(join(folder, name), bytes);
  };
  try {
    const list = flatList(bundle);
    for (const { descriptor, bytes } of documentsOf(bundle))
      await save(flatName(descriptor.digest, descriptor.mediaType), whole(bytes));
    await bundle.proveBlobs(async ({ content, open }, call) => {
      const bytes = verifyContent(await open(call), content);
      await save(flatName(content.digest, content.mediaType), reported(bytes, content, options));
    }, options);
    await save(flatListName, whole(Buffer.from(`${JSON.stringify(list, null, 2)}\n`)));
    return list;
  } catch (error) {
    await Promise.all(written.map((file) => rm(file, { force: true })));
    // What somebody else has put there meanwhile keeps the folder.
    if (isOurs) await rmdir(folder).catch(() => undefined);
    throw error;
  }
}

/** @returns Whether the folder was made here. */
async function claimFolder(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw outputError(error, folder);
  }
  const found = await readdir(folder).catch((error: unknown) => {
    throw outputError(error, folder);
  });
  if (found.length === 0) return false;
  throw new BundleError(
    'OUTPUT_EXISTS',
    `expected ${folder} to be empty, found ${found.length} files in it`,
    { hint: 'name a folder that is empty, or that is not there yet' },
  );
}

// Images may share manifests; each is written once.
function documentsOf(bundle: VerifiedBundle): readonly Document[] {
  const all = bundle.manifest.images.flatMap((image) => bundle.documentsOf(image));
  return [...new Map(all.map((document) => [document.descriptor.digest, document])).values()];
}

async function saveNew(file: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const partial = await PartialFile.create(file);
  try {
    let at = 0;
    for await (const piece of bytes) {
      await partial.write([piece], at);
      at += piece.byteLength;
    }
    await partial.publish();
  } catch (error) {
    await partial.discard();
    throw error;
  }
}

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function* reported(
  bytes: AsyncIterable<Uint8Array>,
  { digest }: Descriptor,
  { onBytes }: FlattenOptions,
): AsyncGenerator<Uint8Array> {
  for await (const piece of bytes) {
    onBytes?.(digest, piece.byteLength);
    yield piece;
  }
}
