/** How much the registry, and what stands before it, takes in one request: tried with zeros that are never kept. */
import { RegistryError, type RepositoryProbe } from 'oras-js';
import { fail, ok, unknown, warn, type CheckAnswer } from './check-line.js';
import { isReached, type Check, type Place } from './place.js';

/** Small enough to be sent by any line in seconds, larger than any limit that nobody chose on purpose. */
const largeBytes = 16 * 1024 * 1024;
/** As an import does when larger bodies are refused. */
const partBytes = 3 * 1024 * 1024;
const smallPartBytes = 960 * 1024;

export const checkBodySize: Check = async (place, options) => {
  if (!isReached(place)) return unknown('not asked: no registry answered');
  if (!(await place.tryUpload(options)).isCancelled) {
    // Bytes that were sent to find it out would stay there for days.
    return unknown('not tried, because uploads cannot be cancelled there with these credentials');
  }
  const probe = place.client.probe(place.registry, place.repository);
  const refusal = await bodyRefusal(probe, largeBytes, options);
  if (refusal === undefined) {
    return ok(`${mebibytes(largeBytes)} in one request are taken; more was not tried`);
  }
  for (const bytes of [partBytes, smallPartBytes]) {
    if ((await bodyRefusal(probe, bytes, options)) === undefined) return inParts(bytes, refusal);
  }
  return refusedAll(place, refusal);
};

async function bodyRefusal(
  probe: RepositoryProbe,
  bytes: number,
  options: Parameters<RepositoryProbe['tryUpload']>[1],
): Promise<RegistryError | undefined> {
  return (await probe.tryUpload(bytes, options)).bodyRefusal;
}

function inParts(bytes: number, refusal: RegistryError): CheckAnswer {
  return warn(
    `${mebibytes(largeBytes)} in one request were refused (${saidBy(refusal)}), ${mebibytes(bytes)} are taken: an import sends blobs in such parts`,
    'raise the body limit of the registry or of the proxy in front of it, for speed',
  );
}

function refusedAll({ rules }: Place, refusal: RegistryError): CheckAnswer {
  // Whatever else it is, it is not known to be about the size.
  if (refusal.status !== 413) {
    return unknown(
      `the bytes of an upload were refused: ${refusal.message}`,
      rules.hintFor(refusal),
    );
  }
  return fail(refusal, rules.hintFor(refusal));
}

function saidBy({ status, code }: RegistryError): string {
  return status === undefined ? `${code}, no answer` : String(status);
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1).replace(/\.0$/, '')} MiB`;
}
