/** The flags of every command that makes a bundle: what it says about itself, and where it goes. */
import { sequenceAt, type TrustedKey } from '@sallyport/bundle';
import type { BundleOutput, ExportSigners } from '@sallyport/connected';
import { Option, type Command } from 'commander';
import type { Digest } from 'oras-js';
import type { CliContext } from '../cli-context.js';
import { UsageError } from '../errors/usage-error.js';
import { version } from '../version.js';
import {
  creationTime,
  parseAnnotations,
  parseAudience,
  parseExpiry,
  previousBundle,
  refuseFarAhead,
} from './bundle-facts.js';
import { parseInteger } from './integer.js';
import { repeatable } from './repeatable.js';

export interface BundleFlags {
  readonly output?: string;
  readonly channel: string;
  readonly sequence?: number;
  readonly expires?: string;
  readonly audience?: readonly string[];
  readonly previous?: string;
  readonly annotation?: readonly string[];
}

export function addBundleOptions(command: Command): Command {
  return command
    .option('-o, --output <file>', 'bundle to write, or - for standard output')
    .option('--channel <name>', 'the stream of bundles this one belongs to', 'default')
    .addOption(
      new Option(
        '--sequence <number>',
        'place in the channel (default: seconds since 1970)',
      ).argParser(parseInteger(1, Number.MAX_SAFE_INTEGER)),
    )
    .option('--expires <time>', 'as 30d, or as YYYY-MM-DDTHH:MM:SSZ')
    .addOption(
      repeatable(
        '--audience <site>',
        'site that it is for, by the name in its trust file (default: every site)',
      ),
    )
    .option(
      '--previous <file|digest>',
      'the bundle before this one in the channel, so that a site notices a gap',
    )
    .addOption(repeatable('--annotation <name=text>', 'a note that travels with the bundle'));
}

export interface BundleFacts {
  readonly channel: string;
  readonly sequence: number;
  readonly created: Date;
  readonly expires: Date | undefined;
  readonly audience: readonly string[] | undefined;
  readonly previous: Digest | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  readonly tool: string;
}

/** @throws UsageError; BundleError or SignatureError about the bundle before. */
export async function bundleFacts(flags: BundleFlags, context: CliContext): Promise<BundleFacts> {
  const { channel, expires, audience, previous } = flags;
  const created = creationTime(context);
  const place = { channel, created, sequence: flags.sequence ?? sequenceAt(created) };
  refuseFarAhead(place, context.now());
  const { signal } = context;
  return {
    ...place,
    expires: expires === undefined ? undefined : parseExpiry(expires, created),
    audience: audience === undefined ? undefined : parseAudience(audience),
    previous:
      previous === undefined ? undefined : await previousBundle(previous, place, { signal }),
    annotations: parseAnnotations(flags.annotation ?? []),
    tool: `sallyport/${version}`,
  };
}

/** @throws UsageError */
export function bundleOutput(
  { output }: Pick<BundleFlags, 'output'>,
  { stdout }: CliContext,
): BundleOutput {
  // Empty where a script's variable is.
  if (output === undefined || output === '') {
    throw new UsageError('expected --output, found none', {
      hint: 'name the bundle: --output dast.sallyport.tar',
    });
  }
  return output === '-' ? { stream: stdout } : { file: output };
}

/** Of the keys that signed; none when signing was left to others. */
export async function publicKeysOf(signers: ExportSigners): Promise<readonly TrustedKey[]> {
  const all = 'unsignedSlots' in signers ? [] : await signers.unlocked;
  return all.map(({ publicKey }) => publicKey);
}
