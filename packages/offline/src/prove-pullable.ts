/** Reads back what was imported, the way a runner starts: by tag, then by digest, then what the manifest names. */
import {
  childrenOf,
  mapConcurrent,
  parseManifest,
  readContent,
  withContext,
  type CallOptions,
  type Descriptor,
} from 'oras-js';
import type { ConnectDestination, DestinationRepository } from './destination-repository.js';
import { ImportError } from './import-error.js';
import type { TaggedImage } from './tag-images.js';

/** @throws ImportError `IMPORT_NOT_PULLABLE`; what the registry says, with the image named. */
export async function provePullable(
  images: readonly TaggedImage[],
  connect: ConnectDestination,
  options: CallOptions,
): Promise<void> {
  for (const { repository, root, tags } of images) {
    const target = connect(repository);
    try {
      for (const { tag } of tags)
        await expectTag(target, `${repository}:${tag}`, tag, root, options);
      await expectContent(target, repository, root, options);
    } catch (error) {
      throw withContext(error, `cannot pull ${repository} back from the destination`);
    }
  }
}

async function expectTag(
  target: DestinationRepository,
  name: string,
  tag: string,
  root: Descriptor,
  options: CallOptions,
): Promise<void> {
  const found = await target.resolve(tag, options);
  if (found.digest === root.digest) return;
  throw new ImportError(
    'IMPORT_NOT_PULLABLE',
    `expected ${name} to be ${root.digest}, found ${found.digest}`,
    {
      hint: 'somebody else may write this tag; look at the registry, then import again',
    },
  );
}

async function expectContent(
  target: DestinationRepository,
  repository: string,
  root: Descriptor,
  options: CallOptions,
): Promise<void> {
  const manifest = parseManifest(await readContent(target, root, { signal: options.signal }), root);
  // Children of an index need not all be carried; each image that was is looked at under its own digest.
  if (manifest.kind === 'index') return;
  await mapConcurrent(
    childrenOf(manifest).filter(({ urls }) => urls === undefined),
    8,
    async (blob, call) => {
      if (await target.exists(blob, call)) return;
      throw new ImportError(
        'IMPORT_NOT_PULLABLE',
        `expected ${blob.digest} in ${repository}, found nothing`,
        {
          hint: 'import the bundle again; if it repeats, the registry loses content',
        },
      );
    },
    options,
  );
}
