/** How an export downloads: over how many connections, how fast, and whether it goes on from an earlier run. */
import type { ExportOptions } from '@sallyport/connected';
import { InvalidArgumentError, Option, type Command } from 'commander';

export interface TransferFlags {
  readonly ranges: NonNullable<ExportOptions['ranges']>;
  readonly limitRate?: number;
  readonly fresh?: boolean;
}

export function addTransferOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--ranges <when>',
        'fetch one layer over several connections: auto is where one of them is slow',
      )
        .choices(['auto', 'always', 'never'])
        .default('auto'),
    )
    .addOption(
      new Option(
        '--limit-rate <bytes>',
        'download at most so much a second, as 20M or 500k',
      ).argParser(parseRate),
    )
    .option('--fresh', 'start over: use nothing that an interrupted export of this output left');
}

export function transferOptions({
  ranges,
  limitRate,
  fresh,
}: TransferFlags): Pick<ExportOptions, 'ranges' | 'maxBytesPerSecond' | 'isFresh'> {
  return { ranges, maxBytesPerSecond: limitRate, isFresh: fresh ?? false };
}

const unitBytes: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6, G: 1e9 };

function parseRate(text: string): number {
  const [, count, unit = ''] = /^([1-9][0-9]{0,11})([kMG]?)$/.exec(text) ?? [];
  if (count !== undefined) return Number(count) * (unitBytes[unit] ?? 1);
  throw new InvalidArgumentError('Expected bytes a second, as 20M, 500k or 1000000.');
}
