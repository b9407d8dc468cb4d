/** What a bundle says about itself and the packager decides: times and notes. */
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

function wholeSeconds(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000);
}
