/**
 * Puts one blob into a repository: mounts it if it can, looks whether it is there, sends it if it must.
 *
 * The whole upload is the unit that is tried again. It goes on from what the
 * registry has where that can be learned, changes the method where one is
 * refused, and asks whether the blob is there when the answer to the closing
 * request was lost.
 */
import type { Descriptor } from '../content/descriptor.js';
import type { OpenContent } from '../content/target.js';
import type { Attempts } from '../http/retries.js';
import type { Blobs } from './blobs.js';
import { findOrOpen, learnPresence, type PushBlobOptions } from './find-or-open.js';
import { MethodChoice } from './method-choice.js';
import { openSession } from './open-session.js';
import { ProvenSource } from './proven-source.js';
import { RegistryError } from './registry-error.js';
import { operationOn, type RepositoryContext } from './repository-context.js';
import { isInParts, type UploadMethod } from './upload-methods.js';
import { isMethodRefusal, isSessionLost } from './upload-refusals.js';
import type { UploadSession } from './upload-session.js';
import { uploadBy } from './upload-steps.js';

/** A failed attempt that brought less than this counts as one without progress. */
const progressBytes = 1024 * 1024;

export class BlobUpload {
  private readonly context: RepositoryContext;
  private readonly blobs: Blobs;
  private readonly content: Descriptor;
  private readonly options: PushBlobOptions;
  private readonly source: ProvenSource;
  private session: UploadSession | undefined;
  private offset = 0;
  /** The most that the registry ever had: falling back and catching up again is no progress. */
  private farthest = 0;

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
    const found = await findOrOpen(this.context, this.blobs, this.content, this.options);
    if (found === 'there') return;
    this.session = found;
    try {
      await this.send();
    } finally {
      // However it ended: a registry may keep what was begun for days.
      await this.abandon();
    }
  }

  private async send(): Promise<void> {
    const { signal } = this.options;
    const origin = await this.context.origin(signal);
    const operation = operationOn(this.context, `sending blob ${this.content.digest}`);
    const attempts = this.context.retries.begin({ url: new URL(origin), operation, signal });
    const choice = new MethodChoice(this.context.uploads.first(origin, this.content.size));
    for (;;) {
      try {
        await this.attempt(choice.method);
        this.context.uploads.worked(origin, this.content.size, choice.method);
        await learnPresence(this.context, this.content, { signal });
        return;
      } catch (error) {
        if (!(await this.isToGoOn(error, choice, attempts))) return;
      }
    }
  }

  private async attempt(method: UploadMethod): Promise<void> {
    const { signal } = this.options;
    if (this.session === undefined) {
      this.offset = 0;
      this.session = await openSession(this.context, this.content, { signal });
    }
    const { content, source, session, offset } = this;
    await uploadBy(method, { content, source, session, offset }, { signal });
    // Committed: nothing is left of it that could be given up.
    this.session = undefined;
  }

  /** @returns False when the blob has arrived after all; throws when there is nothing left to try. */
  private async isToGoOn(
    error: unknown,
    choice: MethodChoice,
    attempts: Attempts,
  ): Promise<boolean> {
    const isOurs = this.source.failure !== undefined || this.options.signal?.aborted === true;
    if (isOurs || !(error instanceof RegistryError)) {
      throw this.options.signal?.aborted === true
        ? this.options.signal.reason
        : this.source.failureAfter(error);
    }
    this.source.reopenedFor = error;
    if (isSessionLost(error)) return this.goOnAfterLoss(error, choice);
    if (this.session !== undefined && isMethodRefusal(error)) {
      await this.goOnAfterRefusal(error, choice);
      return true;
    }
    if (!(await this.isWorthTrying(error, attempts))) return false;
    const before = this.offset;
    const wasSending = this.session !== undefined;
    await this.learnOffset(choice.method);
    if (this.offset - this.farthest >= progressBytes) attempts.progressed();
    this.farthest = Math.max(this.farthest, this.offset);
    if (wasSending && this.offset <= before && choice.stalled()) await this.abandon();
    return true;
  }

  /** @returns False when the blob has arrived after all; throws when it has not and no attempt is left. */
  private async isWorthTrying(error: RegistryError, attempts: Attempts): Promise<boolean> {
    try {
      await attempts.failed(error);
      return !(await this.hasArrived());
    } catch (reason) {
      this.options.signal?.throwIfAborted();
      if (reason === error && (await this.hasArrived())) return false;
      throw reason;
    }
  }

  /** The closing request is sent only for proven content, so before the proof there is nothing to ask. */
  private async hasArrived(): Promise<boolean> {
    return this.source.isProven && (await this.isThere());
  }

  /** In the middle of a blob a refusal is about the place; at its start, about the method. */
  private async goOnAfterRefusal(error: RegistryError, choice: MethodChoice): Promise<void> {
    const isAboutPlace = this.offset > 0 || (isInParts(choice.method) && error.status === 416);
    if (isAboutPlace && choice.mayRepeat()) await this.learnOffset(choice.method);
    else await this.takeNext(error, choice);
  }

  private async takeNext(error: RegistryError, choice: MethodChoice): Promise<void> {
    await this.abandon();
    if (!choice.next(error)) throw error;
  }

  /** The registry forgot the session: because it is committed already, or because it was lost. */
  private async goOnAfterLoss(error: RegistryError, choice: MethodChoice): Promise<boolean> {
    this.session = undefined;
    if (await this.hasArrived()) return false;
    if (!choice.mayRepeat()) await this.takeNext(error, choice);
    return true;
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
