/** `trust`: whose bundles this site takes, and under which rules. */
import { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { trustAddCommand } from './trust-add.js';
import { trustListCommand } from './trust-list.js';
import { trustRemoveCommand, trustRevokeCommand } from './trust-revoke.js';
import { trustSetCommand } from './trust-set.js';

export function trustCommand(context: CliContext): Command {
  const command = new Command('trust').description(
    "manage this site's trust file: keys of the connected side, and rules for their bundles",
  );
  const subcommands = [
    trustAddCommand,
    trustListCommand,
    trustRevokeCommand,
    trustRemoveCommand,
    trustSetCommand,
  ];
  for (const make of subcommands) command.addCommand(make(context));
  return command.addHelpText(
    'after',
    '\nExample:\n  sallyport trust add bundle.pub --name headquarters-2026',
  );
}
