/** Forgets what was imported of a channel, because somebody says why: the way out of a lost or damaged state. */
import { formatTime } from '@sallyport/bundle';
import type { CallOptions } from 'oras-js';
import { ChannelLock } from './channel-lock.js';
import { emptyState, type ChannelState, type Landmark } from './channel-state.js';
import { defaultLockWaitMs } from './import-gate.js';
import { StateError } from './state-error.js';
import { StateFolder } from './state-folder.js';

export interface ResetReport {
  readonly channel: string;
  readonly forgotten: Landmark | undefined;
  /** Where a state that could not be read is kept. */
  readonly keptAs: string | undefined;
}

/** @throws StateError `STATE_MISSING` when there is nothing to forget. */
export async function resetState(
  folder: StateFolder,
  channel: string,
  reason: string,
  now: Date,
  options: CallOptions = {},
): Promise<ResetReport> {
  if (!(await folder.channels()).includes(channel)) {
    throw new StateError(
      'STATE_MISSING',
      `expected a state of the channel ${channel} in ${folder.path}, found none`,
      { hint: 'list what there is with: sallyport state show' },
    );
  }
  const waitMs = defaultLockWaitMs;
  await using lock = await ChannelLock.take(folder.path, channel, { ...options, waitMs });
  const at = formatTime(now);
  const before = await readable(folder, channel);
  const keptAs = before === undefined ? await folder.setAside(channel, at) : undefined;
  const forgotten = before?.highest;
  await lock.confirm();
  await folder.write({ ...emptyState(channel), reset: { at, reason, forgotten } });
  return { channel, forgotten, keptAs };
}

/** undefined for what is damaged; who may write it, and that it can be read, is still asked. */
async function readable(folder: StateFolder, channel: string): Promise<ChannelState | undefined> {
  try {
    return await folder.read(channel, 'to-write');
  } catch (error) {
    if (error instanceof StateError && error.code === 'STATE_INVALID') return undefined;
    throw error;
  }
}
