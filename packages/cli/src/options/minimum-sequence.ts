/** `CHANNEL=NUMBER`: the lowest sequence that is accepted of a channel. */
import { isChannel } from '@sallyport/bundle';
import { InvalidArgumentError } from 'commander';

/** A sequence of 0 takes the minimum away. */
export type Minimum = readonly [channel: string, sequence: number];

/** For options that may be repeated. */
export function collectMinimums(
  text: string,
  before: readonly Minimum[] | undefined,
): readonly Minimum[] {
  return [...(before ?? []), parseMinimum(text)];
}

function parseMinimum(text: string): Minimum {
  const [channel = '', digits = '', ...rest] = text.split('=');
  const sequence = Number(digits);
  const isNumber = /^[0-9]+$/.test(digits) && Number.isSafeInteger(sequence);
  if (rest.length === 0 && isChannel(channel) && isNumber) return [channel, sequence];
  throw new InvalidArgumentError('expected CHANNEL=NUMBER, for example default=1767323045');
}
