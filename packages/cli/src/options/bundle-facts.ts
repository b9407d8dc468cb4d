/**
 * What a bundle says about itself and the packager decides: times, sequence, sites and notes.
 *
 * What every import would refuse is refused here already, by the same rules.
 */
import {
  formatTime,
  latestAt,
  listAt,
  openFileInput,
  peekBundle,
  sequenceAt,
  siteAt,
} from '@sallyport/bundle';
import { isDigest, JsonError, type CallOptions, type Digest } from 'oras-js';
import type { CliContext } from '../cli-context.js';
import { UsageError } from '../errors/usage-error.js';

/** `SOURCE_DATE_EPOCH` fixes it, so that the same plan gives the same bytes on another day. */
export function creationTime({ env, now }: CliContext): Date {
  const epoch = env['SOURCE_DATE_EPOCH'];
  if (epoch === undefined || epoch === '') return wholeSeconds(now());
  if (!/^[0-9]{1,11}$/.test(epoch)) {
    throw new UsageError(
      `expected seconds since 1970 in SOURCE_DATE_EPOCH, found ${JSON.stringify(epoch)}`,
    );
  }
  return new Date(Number(epoch) * 1000);
}

/** `30d` counts from `created`. @throws UsageError */
export function parseExpiry(text: string, created: Date): Date {
  const days = /^([1-9][0-9]{0,4})d$/.exec(text)?.[1];
  if (days !== undefined) return new Date(created.getTime() + Number(days) * 24 * 3600 * 1000);
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? new Date(text) : undefined;
  if (time !== undefined && !Number.isNaN(time.getTime())) return time;
  throw new UsageError(`expected a time for --expires, found ${JSON.stringify(text)}`, {
    hint: 'write for example 30d, or 2027-01-31T00:00:00Z',
  });
}

/** `name=text`. @throws UsageError */
export function parseAnnotations(texts: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.indexOf('=');
      if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
      throw new UsageError(`expected --annotation name=text, found ${JSON.stringify(text)}`);
    }),
  );
}

/** Each name once. @throws UsageError */
export function parseAudience(names: readonly string[]): readonly string[] {
  try {
    return listAt([...names], '--audience', siteAt);
  } catch (cause) {
    if (!(cause instanceof JsonError)) throw cause;
    throw new UsageError(cause.message, {
      cause,
      hint: 'name each site once, as its own "sallyport trust set --site" does',
    });
  }
}

export interface PlaceInChannel {
  readonly channel: string;
  readonly sequence: number;
  readonly created: Date;
}

/**
 * A place so far ahead that every site refuses it until then, and every later bundle once it is in.
 *
 * @throws UsageError
 */
export function refuseFarAhead({ sequence, created }: PlaceInChannel, now: Date): void {
  const latest = latestAt(now);
  if (created > latest) {
    throw new UsageError(
      `expected a bundle created until ${formatTime(latest)}, found ${formatTime(created)} in SOURCE_DATE_EPOCH`,
      {
        hint: 'set SOURCE_DATE_EPOCH to a time that has passed, and look at the clock of this machine',
      },
    );
  }
  const most = sequenceAt(latest);
  if (sequence <= most) return;
  throw new UsageError(
    `expected --sequence up to ${most}, which is ${formatTime(latest)} in seconds since 1970, found ${sequence}`,
    { hint: 'count from 1, or leave --sequence away; no site would take this one' },
  );
}

/**
 * The bundle before this one, by its digest or by its file; what the file says is not proven.
 *
 * @throws UsageError; BundleError or SignatureError for a file that is no signed bundle.
 */
export async function previousBundle(
  text: string,
  { channel, sequence }: PlaceInChannel,
  options: CallOptions,
): Promise<Digest> {
  if (isDigest(text)) return text;
  await using input = await openFileInput(text);
  const { manifest, digest } = await peekBundle(input, options);
  const found = `${manifest.channel} ${manifest.sequence}`;
  if (manifest.channel === channel && manifest.sequence < sequence) return digest;
  throw new UsageError(
    `expected a bundle before ${channel} ${sequence} for --previous, found ${found} in ${text}`,
    { hint: 'name the last bundle of the same channel' },
  );
}

function wholeSeconds(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000);
}
