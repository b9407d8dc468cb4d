/** How old the content of each channel is, for monitoring. */
import { policyTime } from '@sallyport/bundle';
import { latestImport, type ChannelState, type ImportRecord } from './channel-state.js';
import { StateError } from './state-error.js';
import type { StateFolder } from './state-folder.js';

export interface ChannelFreshness {
  readonly channel: string;
  readonly latest: ImportRecord;
  /** Since the bundle was created, in milliseconds: what was carried late is old too. */
  readonly ageMs: number;
  readonly isStale: boolean;
}

export interface Freshness {
  readonly channels: readonly ChannelFreshness[];
  /** What is wrong with the clock, one sentence for each channel that shows it. */
  readonly doubts: readonly string[];
}

/** @throws StateError when a state cannot be read, or `STATE_NOTHING_IMPORTED`. */
export async function readFreshness(
  folder: StateFolder,
  now: Date,
  maxAgeMs: number,
): Promise<Freshness> {
  const channels: ChannelFreshness[] = [];
  const doubts = new Set<string>();
  for (const channel of await folder.channels()) {
    const state = await folder.read(channel);
    const latest = state && latestImport(state);
    if (state === undefined || latest === undefined) continue;
    const time = timeOf(state, latest, now);
    if (time.doubt !== undefined) doubts.add(time.doubt);
    const ageMs = Math.max(0, time.now.getTime() - Date.parse(latest.created));
    channels.push({ channel, latest, ageMs, isStale: ageMs > maxAgeMs });
  }
  if (channels.length > 0) return { channels, doubts: [...doubts] };
  throw new StateError('STATE_NOTHING_IMPORTED', `expected imports in ${folder.path}, found none`, {
    hint: 'import a bundle, or name the folder of its state with --state',
  });
}

/** @throws StateError `STATE_STALE` */
export function requireFresh({ channels }: Freshness): void {
  const stale = channels.filter(({ isStale }) => isStale);
  if (stale.length === 0) return;
  const names = stale.map(({ channel, latest }) => `${channel} (created ${latest.created})`);
  throw new StateError('STATE_STALE', `expected newer imports, found ${names.join(', ')}`, {
    hint: 'import a newer bundle; if none came, ask the connected side',
  });
}

function timeOf({ newestCreated }: ChannelState, { created }: ImportRecord, now: Date) {
  return policyTime({ now, newestCreated }, created);
}
