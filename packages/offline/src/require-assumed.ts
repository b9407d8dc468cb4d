/** A delta's foundation: what it does not carry has to be at the destination before anything is sent. */
import type { VerifiedBundle } from '@sallyport/bundle';
import { mapConcurrent, type CallOptions, type Digest } from 'oras-js';
import type { ConnectDestination } from './destination-repository.js';
import { ImportError } from './import-error.js';

/** @throws ImportError `IMPORT_ASSUMED_MISSING`, with the names of what is missing. */
export async function requireAssumed(
  bundle: VerifiedBundle,
  { needs }: { readonly needs: ReadonlyMap<Digest, { readonly repositories: readonly string[] }> },
  connect: ConnectDestination,
  options: CallOptions,
): Promise<void> {
  const { assumed, base } = bundle.manifest;
  const asked = assumed.flatMap((blob) =>
    (needs.get(blob.digest)?.repositories ?? []).map((repository) => ({ blob, repository })),
  );
  const answers = await mapConcurrent(
    asked,
    8,
    async ({ blob, repository }, call) =>
      (await connect(repository).exists(blob, call)) ? undefined : `${repository}@${blob.digest}`,
    options,
  );
  const missing = answers.filter((name) => name !== undefined);
  if (missing.length === 0) return;
  throw new ImportError(
    'IMPORT_ASSUMED_MISSING',
    `expected ${asked.length} blobs of earlier bundles at the destination, found ${missing.length} missing: ${missing.slice(0, 20).join(', ')}`,
    {
      hint: `import the base bundle first: ${base?.bundle ?? 'unknown'}, sequence ${base?.sequence ?? 0}`,
    },
  );
}
