/**
 * Manifests of one repository: names resolved, bytes proven, bytes stored.
 *
 * Nothing that comes back from here was taken on trust: bytes are hashed before
 * anybody sees them, and what was stored under a name is the digest that was sent.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests
 */
import { ContentError } from '../content/content-error.js';
import type { Descriptor } from '../content/descriptor.js';
import { digestOf, isDigest, type Digest } from '../content/digest.js';
import { maxManifestBytes } from '../content/limits.js';
import { manifestAccept, mediaTypes } from '../content/media-types.js';
import type { CallOptions, NamedManifest } from '../content/target.js';
import { printable } from '../errors/printable.js';
import { drain, readBody } from '../http/read-body.js';
import type { HttpRequest, HttpResponse } from '../http/send.js';
import type { JsonArray } from '../json/strict-json.js';
import { errorFromResponse } from './error-from-response.js';
import { describeManifest } from './manifest-body.js';
import { describeHead } from './manifest-head.js';
import { contentNotFound } from './not-found.js';
import { requestTo, type RepositoryContext, type Rights } from './repository-context.js';
import { refuseEncoding, wrongDigest } from './byte-refusals.js';

export interface ReadManifest extends CallOptions {
  /** Media types to ask for, as in the header `Accept`. Default: all that are read here. */
  readonly accept?: string | undefined;
}

/** An image has dozens of manifests; of those read long ago the size is asked for again. */
const maxProvenSizes = 1000;

export class Manifests {
  private readonly context: RepositoryContext;
  /** Of manifests that were read: better than what is told without their bytes. */
  private readonly provenSizes = new Map<Digest, number>();

  constructor(context: RepositoryContext) {
    this.context = context;
  }

  /** @throws ContentError `CONTENT_NOT_FOUND` or `MANIFEST_UNSUPPORTED`; RegistryError. */
  async resolve(name: string, rights: Rights, options: CallOptions = {}): Promise<Descriptor> {
    const request = await this.request('HEAD', name, rights, options);
    const response = await this.context.send(request);
    await drain(response);
    // Without a body there is no reason either: everything but a whole answer is asked again by GET.
    const found = response.status === 200 ? this.describeHead(request, response, name) : undefined;
    return found ?? (await this.get(name, rights, options)).content;
  }

  async find(
    name: string,
    rights: Rights,
    options: CallOptions = {},
  ): Promise<Descriptor | undefined> {
    const request = await this.request('HEAD', name, rights, options);
    const response = await this.context.send(request);
    await drain(response);
    if (response.status === 404) return undefined;
    const found = response.status === 200 ? this.describeHead(request, response, name) : undefined;
    return found ?? (await this.getIfThere(name, rights, options))?.content;
  }

  /** The bytes are those of `content.digest`, and of `name` if that is a digest. */
  async get(name: string, rights: Rights, options: ReadManifest = {}): Promise<NamedManifest> {
    const request = await this.request('GET', name, rights, options);
    const response = await this.context.send(request);
    if (response.status !== 200) {
      const error = await errorFromResponse(request, response);
      throw error.code === 'REGISTRY_NOT_FOUND' ? contentNotFound(request.operation, error) : error;
    }
    refuseEncoding(request, response);
    const bytes = await readBody(response, maxManifestBytes, request.operation);
    const content = describeManifest(request, response, bytes);
    if (isDigest(name) && content.digest !== name) {
      throw wrongDigest(request, response, name, content.digest);
    }
    const announced = response.headers.get('docker-content-digest') ?? '';
    if (isDigest(announced) && announced !== content.digest) {
      throw wrongDigest(request, response, announced, content.digest);
    }
    if (this.provenSizes.size >= maxProvenSizes) this.provenSizes.clear();
    this.provenSizes.set(content.digest, content.size);
    return { content, bytes };
  }

  async getIfThere(
    name: string,
    rights: Rights,
    options: CallOptions = {},
  ): Promise<NamedManifest | undefined> {
    try {
      return await this.get(name, rights, options);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /**
   * Stores proven bytes under a tag or their digest.
   *
   * @returns True when the registry says that it noted the manifest's subject.
   * @throws RegistryError `REGISTRY_BLOB_UNKNOWN` when the registry misses a part of it.
   */
  async put(
    content: Descriptor,
    bytes: Uint8Array,
    name: string,
    options: CallOptions = {},
  ): Promise<boolean> {
    const request = {
      ...(await this.request('PUT', name, 'write', options)),
      headers: { 'Content-Type': content.mediaType },
      body: { size: bytes.byteLength, open: () => Promise.resolve(inOnePiece(bytes)) },
    };
    const response = await this.context.send(request);
    if (response.status < 200 || response.status > 204) {
      throw await errorFromResponse(request, response);
    }
    await drain(response);
    await this.confirm(request, response, name, content.digest);
    return response.headers.get('oci-subject') !== null;
  }

  /** Writes a list of manifests of our own making. */
  async putIndex(entries: JsonArray, name: string, options: CallOptions = {}): Promise<void> {
    const mediaType = mediaTypes.ociIndex;
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests: entries }));
    const content = { mediaType, digest: digestOf(bytes), size: bytes.byteLength };
    await this.put(content, bytes, name, options);
  }

  private describeHead(
    request: HttpRequest,
    response: HttpResponse,
    name: string,
  ): Descriptor | undefined {
    const told = describeHead(request, response, name);
    if (told === undefined) return undefined;
    return { ...told, size: this.provenSizes.get(told.digest) ?? told.size };
  }

  /** A web server that says yes to everything, and a registry that moved no tag, are found here. */
  private async confirm(
    request: HttpRequest,
    response: HttpResponse,
    name: string,
    digest: Digest,
  ): Promise<void> {
    if (response.status === 201 && response.headers.get('docker-content-digest') === digest) return;
    const stored = await this.find(name, 'write', { signal: request.signal });
    if (stored?.digest !== digest) throw wrongDigest(request, response, digest, stored?.digest);
  }

  private request(
    method: HttpRequest['method'],
    name: string,
    rights: Rights,
    { signal, accept = manifestAccept }: ReadManifest,
  ): Promise<HttpRequest> {
    const verb = method === 'PUT' ? 'writing' : 'reading';
    return requestTo(this.context, {
      method,
      path: `manifests/${encodeURIComponent(name).replace('%3A', ':')}`,
      doing: `${verb} manifest ${printable(name, 140)}`,
      rights,
      signal,
      headers: { Accept: accept },
    });
  }
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function isNotFound(error: unknown): boolean {
  return error instanceof ContentError && error.code === 'CONTENT_NOT_FOUND';
}
