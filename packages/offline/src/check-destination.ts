/** What an import will do, found out before the first push. Needs read access only. */
import type { BundleImage, Document, VerifiedBundle } from '@sallyport/bundle';
import {
  hasCode,
  mapConcurrent,
  withContext,
  type CallOptions,
  type Descriptor,
  type Digest,
} from 'oras-js';
import { mapRepository, type Destination, type Mapping } from './destination.js';
import type { ConnectDestination, DestinationRepository } from './destination-repository.js';
import { ImportError } from './import-error.js';
import { requireAssumed } from './require-assumed.js';

export interface PlannedImage {
  readonly image: BundleImage;
  /** Path at the destination's registry. */
  readonly repository: string;
  readonly target: DestinationRepository;
  /** Children before parents. */
  readonly documents: readonly Document[];
  readonly tags: readonly PlannedTag[];
  /** `there`: every manifest of it by digest, so that the registry once had all that they name. */
  readonly presence: 'there' | 'missing' | 'not asked';
}

export interface PlannedTag {
  readonly tag: string;
  /** What the tag points to now; undefined when it is not there. */
  readonly before: Digest | undefined;
}

export interface ImportPlan {
  readonly images: readonly PlannedImage[];
  readonly needs: ReadonlyMap<Digest, BlobNeed>;
}

/** Where a blob of the bundle has to be at the end. */
export interface BlobNeed {
  /** That need it for an image that is not there; the first one gets the bytes if nobody has them. */
  readonly repositories: readonly string[];
  /** That has it for an image which is there: the others can take it from this one. */
  readonly holder: string | undefined;
}

export interface CheckOptions extends CallOptions {
  /**
   * Whether an image of one manifest counts as there when that is, without a question for its blobs. To be
   * said by who finds out later what a registry has lost of it. Default false.
   */
  readonly believesManifests?: boolean;
  /** Whether that goes for all images, whatever they are made of, where every manifest of the bundle is there. Default false. */
  readonly trustDestination?: boolean;
}

/**
 * @throws ImportError `IMPORT_NAME_CONFLICT`, `IMPORT_ASSUMED_MISSING`; what the registry says, with its side named.
 */
export async function checkDestination(
  bundle: VerifiedBundle,
  destination: Destination,
  mapping: Mapping,
  connect: ConnectDestination,
  options: CheckOptions = {},
): Promise<ImportPlan> {
  const mapped = bundle.manifest.images.map((image) => ({
    image,
    repository: mapRepository(image.repository, destination, mapping),
    documents: bundle.documentsOf(image),
  }));
  refuseConflicts(mapped);
  const asked = await mapConcurrent(
    mapped,
    4,
    async (each, call) => {
      const target = connect(each.repository);
      const tags = await readTags(each, target, destination, call);
      const presence =
        options.believesManifests === true || options.trustDestination === true
          ? await presenceOf(each, tags, target, call)
          : ('not asked' as const);
      return { ...each, target, tags, presence };
    },
    options,
  );
  const isTrusted =
    options.trustDestination === true && asked.every(({ presence }) => presence === 'there');
  const images = isTrusted ? asked : asked.map((image) => believed(image, options));
  const plan = { images, needs: blobNeeds(images) };
  await requireAssumed(bundle, plan, connect, options);
  return plan;
}

/** The proof asks for the blobs of one platform. Those of others, and of what is attached, are asked for before. */
function believed(image: PlannedImage, { believesManifests }: CheckOptions): PlannedImage {
  const isBelieved = believesManifests === true && image.documents.length === 1;
  return image.presence !== 'there' || isBelieved ? image : { ...image, presence: 'not asked' };
}

type MappedImage = Pick<PlannedImage, 'image' | 'repository' | 'documents'>;

function refuseConflicts(mapped: readonly MappedImage[]): void {
  const taken = new Map<string, BundleImage>();
  for (const { image, repository } of mapped) {
    for (const tag of image.tags) {
      const name = `${repository}:${tag}`;
      const other = taken.get(name);
      if (other !== undefined && other.digest !== image.digest) {
        throw new ImportError(
          'IMPORT_NAME_CONFLICT',
          `expected one image for ${name}, found ${other.repository} and ${image.repository}`,
          { hint: 'keep them apart with --keep-path or --map FROM=TO' },
        );
      }
      taken.set(name, image);
    }
  }
}

async function readTags(
  { image, repository }: MappedImage,
  target: DestinationRepository,
  { registry }: Destination,
  options: CallOptions,
): Promise<readonly PlannedTag[]> {
  return mapConcurrent(
    image.tags,
    2,
    async (tag, call) => {
      try {
        return { tag, before: (await target.find(tag, call))?.digest };
      } catch (error) {
        if (hasCode(error, ...unknownCodes)) return { tag, before: undefined };
        throw withContext(
          error,
          `cannot look at ${registry}/${repository}:${tag} at the destination`,
        );
      }
    },
    options,
  );
}

/** One question a manifest, the image's own first: where that is missing, the rest is found out when it is pushed. */
async function presenceOf(
  { image, documents }: MappedImage,
  tags: readonly PlannedTag[],
  target: DestinationRepository,
  options: CallOptions,
): Promise<'there' | 'missing'> {
  const isTagged = tags.some(({ before }) => before === image.digest);
  try {
    for (const { descriptor } of [...documents].reverse()) {
      if (isTagged && descriptor.digest === image.digest) continue;
      if (!(await target.exists(descriptor, options))) return 'missing';
    }
    return 'there';
  } catch (error) {
    if (hasCode(error, ...unknownCodes)) return 'missing';
    throw error;
  }
}

function blobNeeds(images: readonly PlannedImage[]): ReadonlyMap<Digest, BlobNeed> {
  const needs = new Map<Digest, { repositories: string[]; holder: string | undefined }>();
  for (const { repository, documents, presence } of images) {
    for (const { digest } of documents.flatMap(blobsOf)) {
      const need = needs.get(digest) ?? { repositories: [], holder: undefined };
      if (presence === 'there') need.holder = repository;
      else if (!need.repositories.includes(repository)) need.repositories.push(repository);
      needs.set(digest, need);
    }
  }
  return needs;
}

function blobsOf({ manifest }: Document): readonly Descriptor[] {
  return manifest.kind === 'index' ? [] : [manifest.config, ...manifest.layers];
}

// Some registries say "denied" for what does not exist yet; the push will tell which it is.
const unknownCodes = ['CONTENT_NOT_FOUND', 'REGISTRY_NOT_FOUND', 'REGISTRY_DENIED'];
