/**
 * Puts one blob into a repository: looks first, mounts if it can, sends if it must.
 *
 * The whole upload is the unit that is tried again. It goes on from what the
 * registry has where that can be learned, changes the method where one is
 * refused, and asks whether the blob is there when the answer to the closing
 * request was lost.
 */
import type { Descriptor } from '../content/descriptor.js';
import type { CallOptions, OpenContent } from '../content/target.js';
import type { Attempts } from '../http/retries.js';
import type { Blobs } from './blobs.js';
import { openSession } from './open-session.js';
import { ProvenSource } from './proven-source.js';
import { RegistryError } from './registry-error.js';
import { operationOn, type RepositoryContext } from './repository-context.js';
import { nextMethod, type UploadMethod } from './upload-methods.js';
import { isBodyTooLarge, isMethodRefusal, isSessionLost } from './upload-refusals.js';
import type { UploadSession } from './upload-session.js';
import { uploadBy } from './upload-steps.js';

/** How a blob is pushed. For a manifest `mountFrom` means nothing. */
export interface PushBlobOptions extends CallOptions {
  /** Another repository of the same registry that has the blob. */
  readonly mountFrom?: string | undefined;
  /** Sends the blob although the registry says that it has it. */
  readonly force?: boolean | undefined;
}

/** A failed attempt that brought less than this counts as one without progress. */
const progressBytes = 1024 * 1024;
/** Two broken connections at the same place are a limit on one body, not an accident. */
const maxStalls = 2;

export class BlobUpload {
  private readonly context: RepositoryContext;
  private readonly blobs: Blobs;
  private readonly content: Descriptor;
  private readonly options: PushBlobOptions;
  private readonly source: ProvenSource;
  private session: UploadSession | undefined;
  private offset = 0;
  private stalls = 0;
  private restarts = 0;

  constructor(
    context: RepositoryContext,
    blobs: Blobs,
    content: Descriptor,
    open: OpenContent,
    options: PushBlobOptions,
  ) {
    this.context = context;
    this.blobs = blobs;
    this.content = content;
    this.options = options;
    this.source = new ProvenSource(content, open);
  }

  /** @throws RegistryError; ContentError when what `open` gives is not the content; what `open` throws. */
  async run(): Promise<void> {
    const { force, signal } = this.options;
    if (force !== true && (await this.isThere())) return;
    const origin = await this.context.origin(signal);
    const operation = operationOn(this.context, `sending blob ${this.content.digest}`);
    const attempts = this.context.retries.begin({ url: new URL(origin), operation, signal });
    let method: UploadMethod = this.context.uploads.first(origin);
    for (;;) {
      try {
        await this.attempt(method);
        this.context.uploads.worked(origin, method);
        return;
      } catch (error) {
        const next = await this.afterFailure(error, method, attempts);
        if (next === undefined) return;
        method = next;
      }
    }
  }

  private async attempt(method: UploadMethod): Promise<void> {
    const { signal } = this.options;
    if (this.session === undefined) {
      this.offset = 0;
      const opened = await openSession(this.context, this.content, this.options);
      if (opened === 'mounted') return;
      this.session = opened;
    }
    const { content, source, session, offset } = this;
    await uploadBy(method, { content, source, session, offset }, { signal });
  }

  /** @returns The method to go on with, or undefined when the blob has arrived after all. */
  private async afterFailure(
    error: unknown,
    method: UploadMethod,
    attempts: Attempts,
  ): Promise<UploadMethod | undefined> {
    const isOurs = this.source.failure !== undefined || this.options.signal?.aborted === true;
    if (isOurs || !(error instanceof RegistryError)) {
      await this.abandon();
      throw this.options.signal?.aborted === true
        ? this.options.signal.reason
        : this.source.failureAfter(error);
    }
    this.source.reopenedFor = error;
    if (isSessionLost(error)) return this.afterLoss(error, method);
    if (this.session !== undefined && isMethodRefusal(error)) {
      return this.afterRefusal(error, method);
    }
    const before = this.offset;
    if (!(await this.isWorthTrying(error, attempts))) return undefined;
    await this.learnOffset(method);
    if (this.offset - before >= progressBytes) attempts.progressed();
    return this.offset > before ? method : this.afterStall(method);
  }

  /** @returns False when the blob has arrived after all; throws when it has not and no attempt is left. */
  private async isWorthTrying(error: RegistryError, attempts: Attempts): Promise<boolean> {
    try {
      await attempts.failed(error);
      return !(await this.hasArrived());
    } catch (reason) {
      this.options.signal?.throwIfAborted();
      if (reason === error && (await this.hasArrived())) return false;
      await this.abandon();
      throw reason;
    }
  }

  /** The closing request is sent only for proven content, so before the proof there is nothing to ask. */
  private async hasArrived(): Promise<boolean> {
    return this.source.isProven && (await this.isThere());
  }

  /** In the middle of a blob a refusal is about the place; at its start, about the method. */
  private async afterRefusal(error: RegistryError, method: UploadMethod): Promise<UploadMethod> {
    const isInTheMiddle = this.offset > 0 || (method === 'chunked' && error.status === 416);
    if (!isInTheMiddle || this.restarts >= maxStalls) return this.nextOrThrow(error, method);
    this.restarts += 1;
    await this.learnOffset(method);
    return method;
  }

  private async nextOrThrow(error: RegistryError, method: UploadMethod): Promise<UploadMethod> {
    await this.abandon();
    const next = nextMethod(method, isBodyTooLarge(error));
    if (next === undefined) throw error;
    return next;
  }

  /** The registry forgot the session: because it is committed already, or because it was lost. */
  private async afterLoss(
    error: RegistryError,
    method: UploadMethod,
  ): Promise<UploadMethod | undefined> {
    this.session = undefined;
    if (await this.hasArrived()) return undefined;
    this.restarts += 1;
    if (this.restarts <= maxStalls) return method;
    return this.nextOrThrow(error, method);
  }

  private async afterStall(method: UploadMethod): Promise<UploadMethod> {
    this.stalls += 1;
    if (this.stalls < maxStalls || method === 'chunked') return method;
    await this.abandon();
    return 'chunked';
  }

  /** One body that commits by itself cannot go on in the middle. */
  private async learnOffset(method: UploadMethod): Promise<void> {
    const stored = method === 'monolithic' ? undefined : await this.askStatus();
    if (stored === undefined || stored > this.content.size) await this.abandon();
    else this.offset = stored;
  }

  private async askStatus(): Promise<number | undefined> {
    const { signal } = this.options;
    try {
      return await this.session?.status({ signal });
    } catch (error) {
      signal?.throwIfAborted();
      // A registry that cannot even tell gets the whole blob again.
      if (error instanceof RegistryError) return undefined;
      throw error;
    }
  }

  private async abandon(): Promise<void> {
    const { session } = this;
    this.session = undefined;
    this.offset = 0;
    await session?.cancel();
  }

  private async isThere(): Promise<boolean> {
    return this.blobs.exists(this.content, 'write', { signal: this.options.signal });
  }
}
