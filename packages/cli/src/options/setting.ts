/** Values on the command line that a file would hold in the same form: read by the file's own rules. */
import { JsonError, type JsonValue } from 'oras-js';
import { InvalidArgumentError } from 'commander';
import { channelAt, keyNameAt, listAt, reasonAt, timeAt } from '@sallyport/bundle';

type Read<Value> = (value: JsonValue | undefined, place: string) => Value;

export const parseReason = parserOf(reasonAt);
export const parseChannel = parserOf(channelAt);
export const parseKeyName = parserOf(keyNameAt);

/** `2027-01-31` is the first moment of that day, UTC. */
export const parseTime = parserOf((value, place) =>
  timeAt(typeof value === 'string' && dayForm.test(value) ? `${value}T00:00:00Z` : value, place),
);

const dayForm = /^\d{4}-\d{2}-\d{2}$/;

/** For commander. */
export function parserOf<Value>(read: Read<Value>): (text: string) => Value {
  return (text) => {
    try {
      return read(text, 'the command line');
    } catch (cause) {
      if (!(cause instanceof JsonError)) throw cause;
      throw new InvalidArgumentError(cause.message);
    }
  };
}

/** For options that may be repeated: each value read, and refused when it came before. */
export function collectorOf(
  read: Read<string>,
): (text: string, before: readonly string[] | undefined) => readonly string[] {
  return (text, before = []) =>
    parserOf((value, place) => listAt([...before, value ?? null], place, read))(text);
}
