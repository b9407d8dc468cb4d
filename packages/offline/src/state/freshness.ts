/**
 * How old the imported content is, for monitoring: of each channel, and of each image.
 *
 * Two ages are told. The age of the content runs from the moment at which the bundle was made, where
 * tags became digests: what was carried late is old too, and it alone is judged. The other runs from
 * the import. When an image was built is not known here.
 */
import { policyTime } from '@sallyport/bundle';
import { latestImport, type ChannelState, type ImportRecord } from './channel-state.js';
import { StateError } from './state-error.js';
import type { StateFolder } from './state-folder.js';

/** `warn` is for people to see, `stale` fails. */
export type Level = 'fresh' | 'warn' | 'stale';

export interface Ages {
  /** Since the bundle was created, in milliseconds. */
  readonly ageMs: number;
  /** Since the import, in milliseconds. */
  readonly importAgeMs: number;
  readonly level: Level;
}

export interface ChannelFreshness extends Ages {
  readonly channel: string;
  readonly latest: ImportRecord;
}

/** The last import of an image to a place. */
export interface ImageFreshness extends Ages {
  /** Its repository, as the bundle names it. */
  readonly image: string;
  readonly channel: string;
  /** `registry/prefix` */
  readonly destination: string;
  readonly created: string;
  readonly imported: string;
}

export interface Freshness {
  readonly channels: readonly ChannelFreshness[];
  /** None of imports that were made before images were told apart. */
  readonly images: readonly ImageFreshness[];
  /** What is wrong with the clock, one sentence for each channel that shows it. */
  readonly doubts: readonly string[];
}

/** In milliseconds. */
export interface Thresholds {
  readonly warnAfterMs: number;
  readonly failAfterMs: number;
}

export interface FreshnessOptions {
  /** Repositories of images that are no longer carried, and are not looked at. */
  readonly ignored?: readonly string[];
}

/** @throws StateError when a state cannot be read, or `STATE_NOTHING_IMPORTED`. */
export async function readFreshness(
  folder: StateFolder,
  now: Date,
  thresholds: Thresholds,
  { ignored = [] }: FreshnessOptions = {},
): Promise<Freshness> {
  const channels: ChannelFreshness[] = [];
  const images: ImageFreshness[] = [];
  const doubts = new Set<string>();
  for (const channel of await folder.channels()) {
    const state = await folder.read(channel);
    const latest = state && latestImport(state);
    if (state === undefined || latest === undefined) continue;
    const time = timeOf(state, latest, now);
    if (time.doubt !== undefined) doubts.add(time.doubt);
    channels.push({ channel, latest, ...agesOf(latest, time.now, thresholds) });
    for (const record of state.imports) {
      const { destination, created, imported } = record;
      const about = { channel, destination, created, imported };
      const ages = agesOf(record, time.now, thresholds);
      const counted = record.images.filter((image) => !ignored.includes(image));
      images.push(...counted.map((image) => ({ image, ...about, ...ages })));
    }
  }
  if (channels.length > 0) return { channels, images, doubts: [...doubts] };
  throw new StateError('STATE_NOTHING_IMPORTED', `expected imports in ${folder.path}, found none`, {
    hint: 'import a bundle, or name the folder of its state with --state',
  });
}

/** Channels and images: a channel can be fresh while one of its images has not come for weeks. @throws StateError `STATE_STALE` */
export function requireFresh({ channels, images }: Freshness): void {
  const stale = [
    ...channels.map(({ channel, latest, level }) => ({
      name: `${channel} (created ${latest.created})`,
      level,
    })),
    ...images.map(({ image, created, level }) => ({
      name: `${image} (created ${created})`,
      level,
    })),
  ].filter(({ level }) => level === 'stale');
  if (stale.length === 0) return;
  const names = stale.slice(0, maxNamed).map(({ name }) => name);
  const more = stale.length - names.length;
  throw new StateError(
    'STATE_STALE',
    `expected newer imports, found ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
    { hint: 'import a newer bundle; if none came, ask the connected side' },
  );
}

/** More than that nobody reads in one line. */
const maxNamed = 10;

function agesOf({ created, imported }: ImportRecord, now: Date, thresholds: Thresholds): Ages {
  const ageMs = Math.max(0, now.getTime() - Date.parse(created));
  const importAgeMs = Math.max(0, now.getTime() - Date.parse(imported));
  return { ageMs, importAgeMs, level: levelOf(ageMs, thresholds) };
}

function levelOf(ageMs: number, { warnAfterMs, failAfterMs }: Thresholds): Level {
  if (ageMs > failAfterMs) return 'stale';
  return ageMs > warnAfterMs ? 'warn' : 'fresh';
}

function timeOf({ newestCreated }: ChannelState, { created }: ImportRecord, now: Date) {
  return policyTime({ now, newestCreated }, created);
}
