/**
 * Finds out what a repository allows, without writing anything that stays.
 *
 * An upload is opened and cancelled, never closed: a registry keeps nothing of it. Each question is
 * asked once; what may pass by itself is not waited for.
 */
import type { Descriptor } from '../content/descriptor.js';
import { digestOf, type Digest } from '../content/digest.js';
import { mediaTypes } from '../content/media-types.js';
import type { CallOptions } from '../content/target.js';
import { drain } from '../http/read-body.js';
import { errorFromResponse } from './error-from-response.js';
import { contentType } from './manifest-body.js';
import { openSession } from './open-session.js';
import { RegistryError } from './registry-error.js';
import { requestTo, type RepositoryContext } from './repository-context.js';

/** What became of an upload that was tried. */
export interface UploadTrial {
  /** Why the body was not taken; undefined when it was, and when there was none. */
  readonly bodyRefusal: RegistryError | undefined;
  /** False when the registry did not say that the upload is gone: then it removes it by itself, later. */
  readonly isCancelled: boolean;
}

/** Calls throw RegistryError for a question that was refused or not answered. */
export class RepositoryProbe {
  private readonly context: RepositoryContext;

  /** Made by `RegistryClient.probe`. */
  constructor(context: RepositoryContext) {
    this.context = context;
  }

  /** @param bodyBytes Sent in one request before the upload is cancelled; none for 0. */
  async tryUpload(bodyBytes: number, options: CallOptions = {}): Promise<UploadTrial> {
    const bytes = Buffer.alloc(bodyBytes);
    const content = {
      mediaType: 'application/octet-stream',
      digest: digestOf(bytes),
      size: bodyBytes,
    };
    const session = await openSession(this.context, content, options);
    const open = () => Promise.resolve(inOnePiece(bytes));
    let bodyRefusal: RegistryError | undefined;
    try {
      if (bodyBytes > 0) await session.patch({ size: bodyBytes, open }, undefined, options);
    } catch (error) {
      if (!(error instanceof RegistryError)) {
        await session.cancel();
        throw error;
      }
      bodyRefusal = error;
    }
    return { bodyRefusal, isCancelled: await session.cancel() };
  }

  /** Asks for the first byte of a blob, and follows where that leads. */
  async readFirstByte(
    { digest }: Pick<Descriptor, 'digest'>,
    options: CallOptions = {},
  ): Promise<void> {
    const request = await requestTo(this.context, {
      method: 'GET',
      path: `blobs/${digest}`,
      doing: `reading the first byte of blob ${digest}`,
      rights: 'read',
      headers: { Range: 'bytes=0-0' },
      signal: options.signal,
    });
    const response = await this.context.sendOnce(request);
    if (response.status !== 200 && response.status !== 206) {
      throw await errorFromResponse(request, response);
    }
    response.cancel();
  }

  /** Whether the registry itself lists what refers to an image; undefined where it does not say. */
  async listsReferrers(digest: Digest, options: CallOptions = {}): Promise<boolean | undefined> {
    const request = await requestTo(this.context, {
      method: 'GET',
      path: `referrers/${digest}`,
      doing: 'asking whether referrers are listed',
      rights: 'read',
      headers: { Accept: mediaTypes.ociIndex },
      signal: options.signal,
    });
    const response = await this.context.sendOnce(request);
    if (response.status === 200 && contentType(response) === mediaTypes.ociIndex) {
      await drain(response);
      return true;
    }
    const { code, serverCode } = await errorFromResponse(request, response);
    // A registry that does not know the repository yet has not looked further.
    if (serverCode === 'NAME_UNKNOWN' || code === 'REGISTRY_DENIED') return undefined;
    return code === 'REGISTRY_UNAUTHORIZED' ? undefined : false;
  }
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}
