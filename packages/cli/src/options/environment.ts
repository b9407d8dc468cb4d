/** Flags from the environment: `--ca-file` is `SALLYPORT_CA_FILE`. What the command line says wins. */
import { InvalidArgumentError, type Command, type Option } from 'commander';
import { UsageError } from '../errors/usage-error.js';
import { FlagOnly } from './flag-only.js';
import { isRepeatable } from './repeatable.js';

/** Called after parsing and before the command runs. @throws UsageError */
export function applyEnvironment(
  command: Command,
  env: Readonly<Record<string, string | undefined>>,
): void {
  for (const option of command.options) {
    if (option instanceof FlagOnly) continue;
    const source = command.getOptionValueSource(option.attributeName());
    const text = env[variableOf(option)];
    if (text === undefined || text === '' || source === 'cli') continue;
    command.setOptionValueWithSource(option.attributeName(), valueOf(option, text), 'env');
  }
}

function variableOf(option: Option): string {
  return `SALLYPORT_${option.name().replaceAll('-', '_').toUpperCase()}`;
}

function valueOf(option: Option, text: string): unknown {
  // Of `--no-prove` the variable is SALLYPORT_NO_PROVE, and what it sets is `prove`.
  if (option.isBoolean() || option.negate) return isOn(text) !== option.negate;
  // Several values are separated the way a shell separates them.
  return isRepeatable(option) ? text.trim().split(/\s+/) : parsed(option, text);
}

function isOn(text: string): boolean {
  return text !== '0' && text !== 'false';
}

function parsed(option: Option, text: string): unknown {
  try {
    // Commander's types call it a function that returns nothing.
    const parse = option.parseArg as ((text: string, before: undefined) => unknown) | undefined;
    return parse === undefined ? text : parse(text, undefined);
  } catch (cause) {
    if (!(cause instanceof InvalidArgumentError)) throw cause;
    throw new UsageError(`${variableOf(option)} is ${JSON.stringify(text)}: ${cause.message}`, {
      cause,
    });
  }
}
