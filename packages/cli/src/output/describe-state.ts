/** What a site remembers of its imports, and how fresh they are. */
import { latestImport, type ChannelState, type Freshness } from '@sallyport/offline';

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

export function freshnessLines({ channels }: Freshness): readonly string[] {
  return channels.map(({ channel, latest, ageMs, isStale }) => {
    const verdict = isStale ? 'STALE' : 'fresh';
    return `${verdict}: ${channel} ${latest.sequence}, created ${latest.created} (${hours(ageMs)} ago), imported ${latest.imported} to ${latest.destination}`;
  });
}

export function freshnessJson({ channels, doubts }: Freshness, maxAgeMs: number): object {
  return {
    maxAgeSeconds: maxAgeMs / 1000,
    isFresh: channels.every(({ isStale }) => !isStale),
    notes: doubts,
    channels: channels.map(({ channel, latest, ageMs, isStale }) => ({
      channel,
      isFresh: !isStale,
      ageSeconds: Math.floor(ageMs / 1000),
      ...latest,
    })),
  };
}

function hours(ms: number): string {
  return ms < 3_600_000 ? `${Math.floor(ms / 60_000)} min` : `${Math.floor(ms / 3_600_000)} h`;
}
