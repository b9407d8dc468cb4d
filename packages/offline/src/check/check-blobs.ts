/** Where blobs are read from: often another host, which runners and their firewall have to reach as well. */
import {
  childrenOf,
  isNonDistributableType,
  parseManifest,
  readContent,
  RegistryError,
  type Descriptor,
  type Repository,
} from 'oras-js';
import { ok, unknown, type CheckAnswer } from './check-line.js';
import { isReached, type Check, type Place } from './place.js';

type Options = Parameters<Check>[1];

/** Of any image that is there already. */
export const checkBlobs: Check = async (place, options) => {
  if (!isReached(place)) return unknown('not asked: no registry answered');
  const repository = place.client.repository(place.registry, place.repository);
  const tag = await firstTag(repository, options);
  if (tag === undefined) {
    return unknown(
      'nothing is there yet that could be read',
      'check again after the first import: blobs may come from a further host',
    );
  }
  return readBlobOf(place, await repository.resolve(tag, options), options);
};

/** Reads one byte of one blob of the image. */
export async function readBlobOf(
  place: Place,
  root: Descriptor,
  options: Options,
): Promise<CheckAnswer> {
  const { client, registry, repository, exchanges } = place;
  const before = exchanges.count;
  const blob = await firstBlob(client.repository(registry, repository), root, options);
  if (blob === undefined) return unknown('the image names no blob that could be read');
  await client.probe(registry, repository).readFirstByte(blob, options);
  const hosts = exchanges.hosts(before).filter(({ purposes }) => purposes.includes('blobs'));
  const others = hosts.map(({ host, port }) => `${host}:${port}`).join(', ');
  return ok(others === '' ? 'come from the registry itself' : `come from ${others}`);
}

async function firstTag(repository: Repository, options: Options): Promise<string | undefined> {
  try {
    for await (const tag of repository.tags(options)) return tag;
    return undefined;
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'REGISTRY_NOT_FOUND') return undefined;
    throw error;
  }
}

/** Down through the first child of each index. */
async function firstBlob(
  repository: Repository,
  root: Descriptor,
  options: Options,
): Promise<Descriptor | undefined> {
  const manifest = parseManifest(await readContent(repository, root, options), root);
  const [first] = childrenOf(manifest).filter(
    ({ mediaType }) => !isNonDistributableType(mediaType),
  );
  if (manifest.kind !== 'index' || first === undefined) return first;
  return firstBlob(repository, first, options);
}
