/**
 * Manifests, children first, then tags: the moment at which anything becomes visible.
 *
 * Called only after the whole bundle was proven.
 */
import type { Document } from '@sallyport/bundle';
import {
  hasCode,
  mapConcurrent,
  pushManifest,
  withContext,
  type CallOptions,
  type Descriptor,
  type Digest,
  type OpenContent,
} from 'oras-js';
import type { ImportPlan, PlannedImage } from './check-destination.js';
import { ImportError } from './import-error.js';
import type { OnImportEvent } from './import-event.js';
import type { OpenAgain } from './open-again.js';

export interface TagOptions extends CallOptions {
  readonly onEvent?: OnImportEvent;
}

export interface TaggedImage {
  /** What the bundle calls it. */
  readonly source: string;
  readonly repository: string;
  /** What the tags point to now. */
  readonly root: Descriptor;
  /** The digest that was signed as the image's own, when the tags had to point to its one carried platform. */
  readonly inPlaceOf: Digest | undefined;
  readonly tags: readonly WrittenTag[];
}

export interface WrittenTag {
  readonly tag: string;
  readonly before: Digest | undefined;
  /** False when the tag pointed there already and was left alone. */
  readonly isWritten: boolean;
}

/**
 * @param openAgain Opens a blob of the bundle for a registry that has lost it since; of a pipe, none.
 * @throws ImportError `IMPORT_PARTIAL_INDEX_REFUSED`; what the registry says, with the image named.
 */
export async function tagImages(
  plan: ImportPlan,
  openAgain: OpenAgain,
  options: TagOptions,
): Promise<readonly TaggedImage[]> {
  const visible = await mapConcurrent(
    plan.images,
    maxPushedAtOnce,
    async (planned, call) => ({ planned, root: await pushManifests(planned, openAgain, call) }),
    options,
  );
  const tagged: TaggedImage[] = [];
  for (const { planned, root } of visible) {
    await tagReferrers(planned, options);
    tagged.push(await tagImage(planned, root, options));
  }
  return tagged;
}

/** Small documents: more at once gains nothing. */
const maxPushedAtOnce = 4;

/** @returns The manifest that the tags will point to. */
async function pushManifests(
  planned: PlannedImage,
  openAgain: OpenAgain,
  options: CallOptions,
): Promise<Document> {
  const { image, repository, target, documents } = planned;
  if (planned.presence === 'there') return documentOf(planned, image.digest);
  for (const document of documents) {
    try {
      const { descriptor, bytes, manifest } = document;
      // Its own manifest was asked for just before; children may be there for another image.
      const force = planned.presence === 'missing' && descriptor.digest === image.digest;
      const pushed = { content: descriptor, bytes, manifest };
      await pushManifest(target, pushed, openAgain, { ...options, force });
    } catch (error) {
      const single =
        document.descriptor.digest === image.digest ? onlyPlatform(planned, error) : undefined;
      if (single !== undefined) return single;
      throw withContext(
        error,
        `cannot push the manifest ${document.descriptor.digest} to ${repository} at the destination`,
      );
    }
  }
  return documentOf(planned, image.digest);
}

/**
 * Registries may refuse an index some of whose children they do not have. When just one
 * platform is carried, its own manifest can stand under the tag; the report says so.
 */
function onlyPlatform(planned: PlannedImage, error: unknown): Document | undefined {
  const { image, documents } = planned;
  const root = documentOf(planned, image.digest).manifest;
  const isRefused = hasCode(error, ...refusals);
  if (!isRefused || root.kind !== 'index' || image.platforms.length === root.manifests.length)
    return undefined;
  const carried = image.platforms.filter(
    ({ platform }) => platform !== undefined && platform !== 'unknown/unknown',
  );
  const [only] = carried;
  if (carried.length === 1 && only !== undefined) {
    return documents.find(({ descriptor }) => descriptor.digest === only.digest);
  }
  throw new ImportError(
    'IMPORT_PARTIAL_INDEX_REFUSED',
    `the destination refuses the index ${image.digest}, of which ${image.platforms.length} of ${root.manifests.length} children are carried`,
    {
      hint: 'export all platforms or exactly one, or allow such indexes at the registry',
      cause: error,
    },
  );
}

const refusals = ['REGISTRY_BLOB_UNKNOWN', 'REGISTRY_REFUSED', 'REGISTRY_NOT_FOUND'];

async function tagImage(
  planned: PlannedImage,
  root: Document,
  options: TagOptions,
): Promise<TaggedImage> {
  const { image, repository, target } = planned;
  const { digest } = root.descriptor;
  const tags: WrittenTag[] = [];
  for (const { tag, before } of planned.tags) {
    const isWritten = before !== digest;
    try {
      const call = { ...options, force: true };
      if (isWritten) await target.pushTagged(root.descriptor, opened(root), tag, call);
    } catch (error) {
      throw withContext(error, `cannot write the tag ${repository}:${tag} at the destination`);
    }
    options.onEvent?.({ type: 'tagged', name: `${repository}:${tag}`, digest });
    tags.push({ tag, before, isWritten });
  }
  const inPlaceOf = digest === image.digest ? undefined : image.digest;
  return { source: image.repository, repository, root: root.descriptor, inPlaceOf, tags };
}

/** What is looked for by cosign's tags, before the image itself: whoever finds the image finds its signature. */
async function tagReferrers(
  { image, repository, target, documents }: PlannedImage,
  options: CallOptions,
): Promise<void> {
  for (const { digest, tag } of image.referrers) {
    if (tag === undefined) continue;
    const document = documentOf({ documents }, digest);
    try {
      await target.pushTagged(document.descriptor, opened(document), tag, options);
    } catch (error) {
      throw withContext(error, `cannot write the tag ${repository}:${tag} at the destination`);
    }
  }
}

function documentOf({ documents }: Pick<PlannedImage, 'documents'>, digest: Digest): Document {
  const document = documents.find(({ descriptor }) => descriptor.digest === digest);
  if (document === undefined) throw new Error(`${digest} is not among the documents of its image`);
  return document;
}

function opened({ bytes }: Document): OpenContent {
  return async () =>
    (async function* whole() {
      yield bytes;
    })();
}
