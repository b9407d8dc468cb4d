/** Where this site remembers what it imported, and what an import may do against that memory. */
import type { Destination, ImportChoices, Mapping } from '@sallyport/offline';
import { Option, type Command } from 'commander';
import { join } from 'node:path';
import type { CliContext } from '../cli-context.js';
import { FlagOnly } from './flag-only.js';
import { stateHome } from './home-folders.js';
import { parseInteger } from './integer.js';
import { parseReason } from './setting.js';

export interface StateFlags {
  readonly state?: string;
}

export interface ChoiceFlags extends StateFlags {
  readonly firstImport?: boolean;
  readonly allowRollback?: string;
  readonly again?: boolean;
  readonly lockWait: number;
}

export function addStateOption(command: Command): Command {
  return command.option(
    '--state <folder>',
    'where earlier imports are remembered; default: sallyport/channels in the state folder of this user',
  );
}

export function addChoiceOptions(command: Command): Command {
  return addStateOption(command)
    .addOption(
      new FlagOnly('--first-import', 'nothing of this channel was ever imported at this site'),
    )
    .addOption(
      new FlagOnly(
        '--allow-rollback <reason>',
        'import a bundle older than the last one',
      ).argParser(parseReason),
    )
    .addOption(new FlagOnly('--again', 'write a bundle once more that was imported already'))
    .addOption(
      new Option('--lock-wait <seconds>', 'how long to wait for another import of the channel')
        .argParser(parseInteger(0, 86_400))
        .default(60),
    );
}

export function stateFolder({ state }: StateFlags, context: CliContext): string {
  return state ?? join(stateHome(context), 'channels');
}

export function importChoices(
  { firstImport, allowRollback, again }: ChoiceFlags,
  destination: Destination,
  mapping: Mapping,
): ImportChoices & { readonly destination: string } {
  return {
    destination: describeDestination(destination, mapping),
    firstImport: firstImport ?? false,
    rollbackReason: allowRollback,
    again: again ?? false,
  };
}

/** Two that write to other names are two destinations, also below one prefix. */
function describeDestination({ registry, prefix }: Destination, mapping: Mapping): string {
  const rules = [...(mapping.rules ?? [])].map(([from, to]) => `--map ${from}=${to}`).sort();
  const place = prefix === '' ? registry : `${registry}/${prefix}`;
  return [place, ...(mapping.keepPath === true ? ['--keep-path'] : []), ...rules].join(' ');
}
