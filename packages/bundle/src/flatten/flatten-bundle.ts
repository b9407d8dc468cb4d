/**
 * Lays the content of a proven bundle out as plain files, for programs that
 * look into files: malware scanners open a layer, and not a tar in a tar.
 *
 * A file has its final name only when its bytes are proven, and the list is
 * written when the whole bundle is. After a failure nothing is left.
 */
import { verifyContent, type Descriptor, type Digest } from 'oras-js';
import type { Document } from '../graph/documents.js';
import type { ProveOptions } from '../read/prove-blobs.js';
import type { VerifiedBundle } from '../read/verified-bundle.js';
import { fillFolder } from '../write/fill-folder.js';
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
  return fillFolder(folder, async (save) => {
    const list = flatList(bundle);
    for (const { descriptor, bytes } of documentsOf(bundle))
      await save(flatName(descriptor.digest, descriptor.mediaType), whole(bytes));
    await bundle.proveBlobs(async ({ content, open }, call) => {
      const bytes = verifyContent(await open(call), content);
      await save(flatName(content.digest, content.mediaType), reported(bytes, content, options));
    }, options);
    await save(flatListName, whole(Buffer.from(`${JSON.stringify(list, null, 2)}\n`)));
    return list;
  });
}

// Images may share manifests; each is written once.
function documentsOf(bundle: VerifiedBundle): readonly Document[] {
  const all = bundle.manifest.images.flatMap((image) => bundle.documentsOf(image));
  return [...new Map(all.map((document) => [document.descriptor.digest, document])).values()];
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
