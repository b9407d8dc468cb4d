/** The last step of an import: what was written is pulled the way a runner does it, by each tag. */
import { hasCode, mapConcurrent, type CallOptions, type CodedError } from 'oras-js';
import type { ConnectDestination } from '../destination-repository.js';
import { ImportError } from '../import-error.js';
import type { OnImportEvent } from '../import-event.js';
import type { TaggedImage } from '../tag-images.js';
import type { ConnectProof } from './image-proof.js';
import { proveImage } from './prove-image.js';

/** How an import proves what it wrote. */
export interface ImportProof {
  /** Who pulls: another identity than the one that pushed. Default: the importer. */
  readonly connectProof?: ConnectProof | undefined;
  /** Leaves the proof out. Default false. */
  readonly isUnproven?: boolean | undefined;
}

export interface ProvePullableOptions extends CallOptions, ImportProof {
  readonly onEvent?: OnImportEvent;
}

const provenAtOnce = 4;

/** @throws ImportError `IMPORT_NOT_PULLABLE`; what the registry says, with the image named. */
export async function provePullable(
  images: readonly TaggedImage[],
  connect: ConnectDestination,
  options: ProvePullableOptions,
): Promise<void> {
  if (options.isUnproven === true) return;
  const connectProof: ConnectProof =
    options.connectProof ?? (({ repository }) => ({ repository: connect(repository) }));
  await mapConcurrent(
    images,
    provenAtOnce,
    async ({ repository, root, tags }, { signal }) => {
      const image = {
        registry: undefined,
        repository,
        tags: tags.map(({ tag }) => tag),
        digest: root.digest,
      };
      try {
        // Of an index some platforms may be carried, and not the usual one among them.
        const proof = await proveImage(image, connectProof, { signal, anyPlatform: true });
        options.onEvent?.({ type: 'proved', proof });
      } catch (error) {
        throw notPullable(error, repository);
      }
    },
    options,
  );
}

function notPullable(error: unknown, repository: string): unknown {
  if (!hasCode(error, 'PROVE_DIGEST_WRONG', 'PROVE_CONTENT_MISSING', 'PROVE_PLATFORM_NOT_FOUND'))
    return error;
  const { hint } = error as CodedError;
  return new ImportError(
    'IMPORT_NOT_PULLABLE',
    `cannot pull ${repository} back from the destination`,
    { hint, cause: error },
  );
}
