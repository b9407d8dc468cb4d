/** A command is made for the world it runs in, parses its flags and delegates. */
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';

export type MakeCommand = (context: CliContext) => Command;
