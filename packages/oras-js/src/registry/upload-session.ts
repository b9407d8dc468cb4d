/**
 * One upload session: its address, what the registry has of it, and its end.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-blobs
 */
import type { Descriptor } from '../content/descriptor.js';
import type { CallOptions } from '../content/target.js';
import { drain } from '../http/read-body.js';
import type { HttpRequest, HttpResponse, RequestBody } from '../http/send.js';
import { commitTimeoutMs } from '../http/timeouts.js';
import {
  accessTo,
  expectStatus,
  operationOn,
  type RepositoryContext,
} from './repository-context.js';
import { uploadLocation, withDigest } from './upload-location.js';

/** Of a request that only tidies up: nobody should have to wait for it. */
const cancelMs = 3_000;
const octets = { 'Content-Type': 'application/octet-stream' };

export class UploadSession {
  /** Smallest part that the registry takes, in bytes, the last one excepted. */
  readonly minChunkBytes: number;
  private readonly context: RepositoryContext;
  private readonly content: Descriptor;
  private readonly origin: string;
  private location: URL;

  /** @param opening The answer that opened the session, and the request that it answered. */
  constructor(
    context: RepositoryContext,
    content: Descriptor,
    opening: { readonly request: HttpRequest; readonly response: HttpResponse },
  ) {
    this.context = context;
    this.content = content;
    this.origin = opening.request.access?.origin ?? opening.request.url.origin;
    this.location = uploadLocation(opening.request, opening.response);
    const minimum = opening.response.headers.get('oci-chunk-min-length') ?? '';
    this.minChunkBytes = /^[0-9]{1,15}$/.test(minimum) ? Number(minimum) : 0;
  }

  /** @param offset Where the body belongs; left out for a body that is the whole blob. */
  async patch(body: RequestBody, offset: number | undefined, options: CallOptions): Promise<void> {
    const range =
      offset === undefined ? {} : { 'Content-Range': `${offset}-${offset + body.size - 1}` };
    const headers = { ...octets, ...range };
    const request = this.request('PATCH', { body, headers, ...options });
    const response = await this.context.sendOnce(request);
    // 201 is what one large registry says in place of 202.
    await expectStatus(request, response, 202, 201, 204, 200);
    this.move(request, response);
    await drain(response);
  }

  /** Closes the session. To be called when the bytes are proven on our side, never before. */
  async commit(body: RequestBody | undefined, options: CallOptions): Promise<void> {
    const answerMs = commitTimeoutMs(this.context.timeouts, this.content.size);
    const request = {
      ...this.request('PUT', { body, headers: octets, answerMs, ...options }),
      url: withDigest(this.location, this.content.digest),
    };
    const response = await this.context.sendOnce(request);
    await expectStatus(request, response, 201, 204, 202, 200);
    await drain(response);
  }

  /** How many bytes the registry has, or undefined when the session is gone or it does not tell. */
  async status(options: CallOptions): Promise<number | undefined> {
    const request = this.request('GET', options);
    const response = await this.context.sendOnce(request);
    await drain(response);
    if (response.status !== 204 && response.status !== 202 && response.status !== 200)
      return undefined;
    this.move(request, response);
    const last = /^(?:bytes[= ])?0-([0-9]{1,15})$/.exec(response.headers.get('range') ?? '')?.[1];
    // "0-0" is said of one byte and of none.
    return last === undefined || last === '0' ? undefined : Number(last) + 1;
  }

  /** True when the registry said that it is gone. Best effort: some registries do not know it, and what is left they delete by themselves. */
  async cancel(): Promise<boolean> {
    try {
      const signal = AbortSignal.timeout(cancelMs);
      const response = await this.context.sendOnce(this.request('DELETE', { signal }));
      await drain(response);
      return response.status < 300;
    } catch {
      // The reason to give up is the error that matters, and it is on its way.
      return false;
    }
  }

  private request(method: HttpRequest['method'], more: Partial<HttpRequest>): HttpRequest {
    return {
      ...more,
      method,
      url: this.location,
      operation: operationOn(this.context, `sending blob ${this.content.digest}`),
      access: accessTo(this.context, this.origin, 'write'),
    };
  }

  private move(request: HttpRequest, response: HttpResponse): void {
    if (response.headers.get('location') !== null)
      this.location = uploadLocation(request, response);
  }
}
