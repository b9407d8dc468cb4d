/**
 * One import of a channel at a time, for as long as it takes.
 *
 * Each who wants the lock puts down a file of its own and then looks for those
 * of others: whoever comes later sees the one before, so two can never both
 * find themselves alone. The file of a process that was killed is recognised
 * by that process being gone; where that cannot be known, by nobody touching it.
 */
import { randomUUID } from 'node:crypto';
import { readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lifeOf, parseOwner, thisProcess, type LockOwner } from '@sallyport/bundle';
import type { CallOptions } from 'oras-js';
import { StateError } from './state-error.js';
import { unwritable } from './state-folder.js';

const touchEveryMs = 1000;
/** Ten touches missed: longer than a loaded machine or a slow network disk holds them up. */
const defaultDeadAfterMs = 10_000;
const pauseMs = 100;

export interface LockOptions extends CallOptions {
  /** How long to wait for another import, in milliseconds. */
  readonly waitMs: number;
  /** How long to watch the untouched lock of an unknown process before it is dead, in milliseconds. Default 10 000. */
  readonly deadAfterMs?: number;
}

export class ChannelLock implements AsyncDisposable {
  private readonly file: string;
  private readonly touching: NodeJS.Timeout;

  private constructor(file: string) {
    this.file = file;
    this.touching = setInterval(() => {
      const now = new Date();
      // Taken over or given back: `confirm` will tell.
      utimes(file, now, now).catch(() => undefined);
    }, touchEveryMs);
    this.touching.unref();
  }

  /**
   * @param folder Is there already.
   * @throws StateError `STATE_LOCKED` or `STATE_UNWRITABLE`; `signal.reason`.
   */
  static async take(folder: string, channel: string, options: LockOptions): Promise<ChannelLock> {
    const own = await thisProcess();
    const { deadAfterMs = defaultDeadAfterMs } = options;
    const rivals = new Rivals(folder, channel, own, deadAfterMs);
    const beganMs = performance.now();
    for (;;) {
      const rival = await rivals.living();
      if (rival === undefined) {
        const lock = await ChannelLock.tryTake(folder, channel, own, rivals);
        if (lock !== undefined) return lock;
      }
      if (performance.now() - beganMs >= options.waitMs) throw locked(folder, channel, rival);
      // At different paces, so that two that met do not meet again and again.
      await pause(pauseMs * (0.5 + Math.random()), options);
    }
  }

  private static async tryTake(
    folder: string,
    channel: string,
    own: LockOwner,
    rivals: Rivals,
  ): Promise<ChannelLock | undefined> {
    const file = join(folder, `${channel}.${randomUUID()}.lock`);
    try {
      await writeFile(file, `${JSON.stringify(own)}\n`, { flag: 'wx', mode: 0o600 });
      if ((await rivals.living(file)) === undefined) {
        await rivals.removeDead(file);
        return new ChannelLock(file);
      }
      await rm(file, { force: true });
      return undefined;
    } catch (cause) {
      await rm(file, { force: true }).catch(() => undefined);
      throw unwritable(file, cause);
    }
  }

  /** @throws StateError `STATE_LOCK_LOST` when another import took over meanwhile. */
  async confirm(): Promise<void> {
    try {
      await stat(this.file);
    } catch (cause) {
      throw new StateError(
        'STATE_LOCK_LOST',
        'expected to hold the channel until the end, found that another import took it over',
        { cause, hint: 'run the same command again; it goes on from what the other one left' },
      );
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.touching);
    await rm(this.file, { force: true });
  }
}

/** The lock files of others, and since when each is as it is. */
class Rivals {
  private readonly folder: string;
  private readonly form: RegExp;
  private readonly own: LockOwner;
  private readonly deadAfterMs: number;
  private readonly seen = new Map<string, { readonly touched: number; readonly sinceMs: number }>();

  constructor(folder: string, channel: string, own: LockOwner, deadAfterMs: number) {
    this.folder = folder;
    this.form = new RegExp(`^${channel.replaceAll('.', '\\.')}\\.[0-9a-f-]{36}\\.lock$`);
    this.own = own;
    this.deadAfterMs = deadAfterMs;
  }

  /** One that holds or wants the lock; undefined when there is none but `except`. */
  async living(except?: string): Promise<LockOwner | undefined> {
    for (const file of await this.files(except)) {
      const owner = await this.ownerUnlessDead(file);
      if (owner !== undefined) return owner;
    }
    return undefined;
  }

  /** Called with the lock in hand. */
  async removeDead(except: string): Promise<void> {
    for (const file of await this.files(except)) {
      // Somebody may just have put down a file to look for ours.
      if ((await this.ownerUnlessDead(file)) === undefined) await rm(file, { force: true });
    }
  }

  private async files(except: string | undefined): Promise<readonly string[]> {
    const names = await readdir(this.folder).catch((cause: unknown) => {
      throw unwritable(this.folder, cause);
    });
    return names
      .filter((name) => this.form.test(name))
      .map((name) => join(this.folder, name))
      .filter((file) => file !== except);
  }

  private async ownerUnlessDead(file: string): Promise<LockOwner | undefined> {
    try {
      const owner = parseOwner(await readFile(file));
      const life = await lifeOf(owner, this.own);
      if (life === 'alive') return owner;
      const isDead = life === 'gone' || this.isUntouched(file, (await stat(file)).mtimeMs);
      return isDead ? undefined : owner;
    } catch (error) {
      // Given back between looking and asking.
      if ((error as { readonly code?: unknown }).code === 'ENOENT') return undefined;
      throw unwritable(file, error);
    }
  }

  // Only our own clock is asked, and only for how long we have been watching.
  private isUntouched(file: string, touched: number): boolean {
    const before = this.seen.get(file);
    const nowMs = performance.now();
    if (before?.touched !== touched) this.seen.set(file, { touched, sinceMs: nowMs });
    return before?.touched === touched && nowMs - before.sinceMs >= this.deadAfterMs;
  }
}

async function pause(ms: number, { signal }: CallOptions): Promise<void> {
  await sleep(ms, undefined, { signal }).catch((error: unknown) => {
    throw signal?.aborted === true ? signal.reason : error;
  });
}

function locked(folder: string, channel: string, owner: LockOwner | undefined): StateError {
  const who = owner?.pid === undefined ? 'another import' : `the import of process ${owner.pid}`;
  return new StateError(
    'STATE_LOCKED',
    `expected no other import of the channel ${channel} in ${folder}, found ${who}`,
    { hint: 'let it end, then import again; --lock-wait SECONDS waits for it' },
  );
}
