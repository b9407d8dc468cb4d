/**
 * Blobs of one repository: whether they are there, and their bytes.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-blobs
 */
import type { Descriptor } from '../content/descriptor.js';
import type { CallOptions, FetchOptions } from '../content/target.js';
import { drain } from '../http/read-body.js';
import type { HttpResponse } from '../http/send.js';
import { kept } from '../http/slabs.js';
import { openRange } from './blob-range.js';
import { errorFromResponse } from './error-from-response.js';
import { RegistryError } from './registry-error.js';
import {
  operationOn,
  requestTo,
  type RepositoryContext,
  type Rights,
} from './repository-context.js';

/** A failed attempt that brought less than this counts as one without progress. */
const progressBytes = 1024 * 1024;

export class Blobs {
  private readonly context: RepositoryContext;

  constructor(context: RepositoryContext) {
    this.context = context;
  }

  /** A hint: registries have been seen to say yes to what they lost. */
  async exists(content: Descriptor, rights: Rights, options: CallOptions = {}): Promise<boolean> {
    const { digest } = content;
    const common = {
      doing: `looking for blob ${digest}`,
      path: `blobs/${digest}`,
      rights,
      ...options,
    };
    const request = await requestTo(this.context, { method: 'HEAD', ...common });
    const response = await this.context.send(request);
    await drain(response);
    if (response.status === 200 && !isWebPage(response, request.url.origin)) return true;
    if (response.status === 404) return false;
    if (response.status === 200 || !isHeadRefusal(response, request.url.origin)) {
      throw await errorFromResponse(request, response);
    }
    return this.existsByGet(content, common);
  }

  private async existsByGet(
    content: Descriptor,
    common: Omit<Parameters<typeof requestTo>[1], 'method'>,
  ): Promise<boolean> {
    const headers = content.size === 0 ? {} : { Range: 'bytes=0-0' };
    const request = await requestTo(this.context, { method: 'GET', headers, ...common });
    const response = await this.context.send(request);
    if (response.status === 200 || response.status === 206) {
      response.cancel();
      return true;
    }
    const error = await errorFromResponse(request, response);
    if (error.code === 'REGISTRY_NOT_FOUND') return false;
    throw error;
  }

  /**
   * The bytes, unproven. After a broken connection it goes on where it was; the
   * request is made when the first byte is read.
   */
  async *fetch(
    content: Descriptor,
    options: FetchOptions = {},
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const { start = 0, end = content.size, lendChunks = false, signal } = options;
    const origin = await this.context.origin(signal);
    const operation = operationOn(this.context, `reading blob ${content.digest}`);
    const attempts = this.context.retries.begin({ url: new URL(origin), operation, signal });
    let offset = start;
    for (;;) {
      const before = offset;
      try {
        const bytes = await this.openOnce(content, { ...options, start: offset, end });
        for await (const chunk of bytes) {
          offset += chunk.byteLength;
          yield lendChunks ? chunk : kept(chunk);
        }
        if (offset >= end) return;
        throw endedEarly(operation, new URL(origin).host, offset - start, end - start);
      } catch (error) {
        // The last byte came, only the end of the answer did not; whoever proves the bytes lacks nothing.
        if (offset > before && offset >= end && mayPass(error)) return;
        if (offset - before >= progressBytes) attempts.progressed();
        await attempts.failed(error);
      }
    }
  }

  private async openOnce(
    content: Descriptor,
    range: FetchOptions,
  ): Promise<AsyncGenerator<Uint8Array, void, undefined>> {
    const { start = 0, end = content.size, onlyPart, memoryAt, signal } = range;
    const isPart = start > 0 || end < content.size;
    const request = await requestTo(this.context, {
      method: 'GET',
      path: `blobs/${content.digest}`,
      doing: `reading blob ${content.digest}`,
      rights: 'read',
      lendChunks: true,
      signal,
      // Closed: some servers refuse a range without an end.
      headers: isPart && end > start ? { Range: `bytes=${start}-${end - 1}` } : {},
    });
    return openRange(this.context.sendOnce, request, { content, start, end, onlyPart, memoryAt });
  }
}

function mayPass(error: unknown): boolean {
  return error instanceof RegistryError && error.mayPass;
}

/** A web server says yes to every address. Storage elsewhere may call its bytes what it likes. */
function isWebPage(response: HttpResponse, origin: string): boolean {
  if (response.url.origin !== origin) return false;
  return /^\s*text\/html/i.test(response.headers.get('content-type') ?? '');
}

/** Signed addresses of storage are often good for GET alone; some registries do not know HEAD. */
function isHeadRefusal(response: HttpResponse, origin: string): boolean {
  if (response.status === 405 || response.status === 400) return true;
  return response.status === 403 || response.url.origin !== origin;
}

function endedEarly(operation: string, host: string, found: number, wanted: number): RegistryError {
  return new RegistryError(
    'REGISTRY_UNREACHABLE',
    `${operation}: expected ${wanted} bytes from ${host}, found that only ${found} arrived`,
    {
      host,
      operation,
      mayPass: true,
      hint: 'check the network and any proxy on the way to the registry',
    },
  );
}
