/** What a site remembers of its imports, and how fresh they are. */
import {
  latestImport,
  type Ages,
  type ChannelState,
  type Freshness,
  type Thresholds,
} from '@sallyport/offline';

export function stateLines(state: ChannelState): readonly string[] {
  const { channel, highest, newestCreated, imports, reset } = state;
  const latest = latestImport(state);
  return [
    `channel:     ${channel}`,
    ...(highest === undefined
      ? ['highest:     none']
      : [`highest:     ${highest.sequence}, ${highest.bundle}`]),
    ...(newestCreated === undefined ? [] : [`newest:      created ${newestCreated}`]),
    ...(latest === undefined
      ? []
      : [
          `last import: ${latest.imported}, sequence ${latest.sequence} to ${latest.destination}`,
          `remembered:  ${imports.length} imports`,
        ]),
    ...(reset === undefined ? [] : [`reset:       ${reset.at}, ${reset.reason}`]),
  ];
}

export function freshnessLines({ channels, images }: Freshness): readonly string[] {
  return [
    ...channels.map(
      ({ channel, latest, ...ages }) =>
        `${levelWords[ages.level]}: ${channel} ${latest.sequence}, ${timesOf(latest, ages)}`,
    ),
    ...images.map(
      ({ image, ...times }) => `${levelWords[times.level]}: ${image}, ${timesOf(times, times)}`,
    ),
  ];
}

const levelWords = { fresh: 'fresh', warn: 'OLD', stale: 'STALE' } as const;

function timesOf(
  { created, imported, destination }: { created: string; imported: string; destination: string },
  { ageMs, importAgeMs }: Ages,
): string {
  return `created ${created} (${hours(ageMs)} ago), imported ${imported} (${hours(importAgeMs)} ago) to ${destination}`;
}

export function freshnessJson(
  { channels, images, doubts }: Freshness,
  { warnAfterMs, failAfterMs }: Thresholds,
): object {
  const all = [...channels, ...images];
  return {
    warnAfterSeconds: warnAfterMs / 1000,
    failAfterSeconds: failAfterMs / 1000,
    isFresh: all.every(({ level }) => level === 'fresh'),
    isStale: all.some(({ level }) => level === 'stale'),
    notes: doubts,
    channels: channels.map(({ channel, latest, ...ages }) => {
      const { sequence, bundle, created, imported, destination, keys, rollbackReason } = latest;
      const record = { sequence, bundle, created, imported, destination, keys, rollbackReason };
      return { channel, ...agesJson(ages), ...record };
    }),
    images: images.map(({ ageMs, importAgeMs, level, ...image }) => ({
      ...image,
      ...agesJson({ ageMs, importAgeMs, level }),
    })),
  };
}

function agesJson({ ageMs, importAgeMs, level }: Ages): object {
  return {
    level,
    ageSeconds: Math.floor(ageMs / 1000),
    importAgeSeconds: Math.floor(importAgeMs / 1000),
  };
}

function hours(ms: number): string {
  return ms < 3_600_000 ? `${Math.floor(ms / 60_000)} min` : `${Math.floor(ms / 3_600_000)} h`;
}
