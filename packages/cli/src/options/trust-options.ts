/** Whom a bundle must be signed by: the site's trust file, or keys named by hand. */
import {
  distinctKeys,
  readPublicKey,
  readTrustFile,
  readTrustFileIfThere,
  requireUsableKeys,
  SignatureError,
  signatureTrust,
  trustByHand,
  type SiteTrust,
} from '@sallyport/bundle';
import { Option, type Command } from 'commander';
import { join } from 'node:path';
import type { CliContext } from '../cli-context.js';
import { UsageError } from '../errors/usage-error.js';
import { configFolder } from './home-folders.js';
import { parseInteger } from './integer.js';
import { repeatable } from './repeatable.js';

export interface TrustFlags {
  readonly trust?: string;
  readonly key?: readonly string[];
  readonly threshold?: number;
}

export function addTrustOptions(command: Command): Command {
  return command
    .option(...trustFileOption)
    .addOption(
      repeatable(
        '-k, --key <file>',
        'public key of the connected side (PEM), in place of a trust file',
      ),
    )
    .addOption(
      new Option(
        '--threshold <number>',
        'with --key: how many of the keys must have signed (default: 1)',
      ).argParser(parseInteger(1, 8)),
    );
}

export const trustFileOption = [
  '--trust <file>',
  'trust file of this site; default: sallyport/trust.json in the configuration folder of this user',
] as const;

export function trustFileName({ trust }: Pick<TrustFlags, 'trust'>, context: CliContext): string {
  return trust ?? join(configFolder(context), 'trust.json');
}

/**
 * Step 1: reads whom to trust before anything of a bundle is opened.
 *
 * @throws UsageError, TrustFileError, KeyError, PolicyError `POLICY_KEY_…`, SignatureError `TRUST_…`.
 */
export async function readTrust(flags: TrustFlags, context: CliContext): Promise<SiteTrust> {
  const trust = await (flags.key === undefined
    ? fromFile(flags, context)
    : byHand(flags, flags.key, context));
  distinctKeys(signatureTrust(trust));
  requireUsableKeys(trust, context.now());
  return trust;
}

/** For looking at a bundle: undefined when nobody is trusted yet. */
export async function readTrustIfGiven(
  flags: TrustFlags,
  context: CliContext,
): Promise<SiteTrust | undefined> {
  if (flags.key !== undefined || flags.trust !== undefined) return readTrust(flags, context);
  const found = await readTrustFileIfThere(trustFileName(flags, context));
  return found === undefined ? undefined : readTrust(flags, context);
}

async function fromFile(flags: TrustFlags, context: CliContext): Promise<SiteTrust> {
  const file = trustFileName(flags, context);
  const trust = await (flags.trust === undefined ? readTrustFileIfThere : readTrustFile)(file);
  if (trust === undefined) {
    throw new SignatureError('TRUST_EMPTY', 'expected at least one trusted key, found none', {
      hint: 'trust the public key of the connected side with "sallyport trust add bundle.pub --name NAME", or name it: --key bundle.pub',
    });
  }
  if (flags.threshold === undefined) return trust;
  throw new UsageError('expected --threshold beside --key, found it beside a trust file', {
    hint: 'the threshold of a trust file is set with: sallyport trust set --threshold NUMBER',
  });
}

async function byHand(
  flags: TrustFlags,
  files: readonly string[],
  context: CliContext,
): Promise<SiteTrust> {
  if (flags.trust !== undefined) {
    throw new UsageError('expected --key or --trust (or SALLYPORT_TRUST), found both', {
      hint: 'leave one away; "sallyport trust add" puts a key into the trust file',
    });
  }
  const keys = await Promise.all(
    files.map(async (file) => ({ name: file, key: await readPublicKey(file) })),
  );
  await noteUnusedFile(context);
  return trustByHand(keys, flags.threshold ?? 1);
}

/** Whoever set rules for this site should not think that they hold now. */
async function noteUnusedFile(context: CliContext): Promise<void> {
  const file = trustFileName({}, context);
  const exists = await readTrustFileIfThere(file).then(
    (trust) => trust !== undefined,
    () => true,
  );
  if (exists)
    context.stderr.write(`note: ${file} and its rules are not used, as --key was given\n`);
}
