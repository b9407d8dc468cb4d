/**
 * Options that may be given more than once.
 *
 * Each takes one value: an option that takes all words up to the next one
 * would swallow the names of the images that follow it.
 */
import { Option } from 'commander';

export function repeatable(flags: string, description: string): Option {
  return new Option(flags, `${description}; may be repeated`).argParser(collect);
}

export function isRepeatable(option: Option): boolean {
  return option.parseArg === collect;
}

function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
