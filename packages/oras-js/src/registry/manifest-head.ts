/** What an answer without a body tells of a manifest: enough, or nothing that could be relied on. */
import type { Descriptor } from '../content/descriptor.js';
import { isDigest } from '../content/digest.js';
import { isManifestOrIndexType } from '../content/media-types.js';
import type { HttpRequest, HttpResponse } from '../http/send.js';
import { wrongDigest } from './byte-refusals.js';
import { contentType, refuseUnsupported } from './manifest-body.js';

/**
 * @returns Undefined when the manifest has to be read to know.
 * @throws ContentError `MANIFEST_UNSUPPORTED`; for another digest than the one asked for, `CONTENT_DIGEST_MISMATCH`.
 */
export function describeHead(
  request: HttpRequest,
  response: HttpResponse,
  name: string,
): Descriptor | undefined {
  const mediaType = contentType(response);
  refuseUnsupported(request, mediaType);
  const announced = response.headers.get('docker-content-digest') ?? '';
  const digest = announced === '' ? name : announced;
  const length = response.headers.get('content-length') ?? '';
  const encoding = response.headers.get('content-encoding');
  if (!isManifestOrIndexType(mediaType) || !isDigest(digest) || encoding !== null) return undefined;
  if (!/^[0-9]{1,15}$/.test(length) || length === '0') return undefined;
  if (isDigest(name) && digest !== name) throw wrongDigest(request, response, name, digest);
  return { mediaType, digest, size: Number(length) };
}
