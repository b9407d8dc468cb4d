/** When a trusted key counts, and for what: the flags of every command that says so. */
import { channelAt } from '@sallyport/bundle';
import type { Command } from 'commander';
import { FlagOnly } from './flag-only.js';
import { collectorOf, parseTime } from './setting.js';

export interface KeyTermFlags {
  readonly channel?: readonly string[];
  readonly notBefore?: string;
  readonly notAfter?: string;
}

/** @param ofChannel What the list of channels is without the flag, or what the flag does to it. */
export function addKeyTermOptions(command: Command, ofChannel: string): Command {
  return command
    .addOption(
      new FlagOnly('--channel <name>', `channel it may sign for (${ofChannel}); may be repeated`)
        // Read by the rules of the file, which refuses a name that stands twice.
        .argParser(collectorOf(channelAt)),
    )
    .addOption(
      new FlagOnly('--not-before <time>', 'day or time (UTC) from which it counts').argParser(
        parseTime,
      ),
    )
    .addOption(
      new FlagOnly(
        '--not-after <time>',
        'day or time (UTC) from which it counts no more',
      ).argParser(parseTime),
    );
}
