/** Who signs an export: key files, a command, or somebody on another machine later. */
import {
  commandSigner,
  findSigningKey,
  readPublicKey,
  type FoundSigningKey,
  type Signer,
} from '@sallyport/bundle';
import type { ExportSigners } from '@sallyport/connected';
import { Option, type Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { UsageError } from '../errors/usage-error.js';
import { parseInteger } from './integer.js';
import { passphraseFileOption, passphraseSource, type PassphraseFlags } from './passphrase.js';
import { repeatable } from './repeatable.js';

/** The signature slots that a bundle may have. */
const maxSigners = 8;

export interface SignerFlags extends PassphraseFlags {
  readonly key?: readonly string[];
  readonly signerCommand?: string;
  readonly unsigned?: boolean;
  readonly signatures: number;
}

export function addSignerOptions(command: Command): Command {
  return command
    .addOption(
      repeatable(
        '-k, --key <file>',
        'private key to sign with; with --signer-command its public key',
      ),
    )
    .option(...passphraseFileOption)
    .option(
      '--signer-command <command>',
      'signs in place of a key file: 32 bytes in, a DER signature out',
    )
    .option(
      '--unsigned',
      'leave the signature to attach-signature; every import refuses the bundle until then',
    )
    .addOption(
      new Option('--signatures <number>', 'empty slots to leave with --unsigned')
        .argParser(parseInteger(1, maxSigners))
        .default(1),
    );
}

/**
 * Everything that is to be asked was asked when it returns; keys may still be being unlocked.
 *
 * @throws UsageError, KeyError
 */
export async function readSigners(flags: SignerFlags, context: CliContext): Promise<ExportSigners> {
  const { key = [], signerCommand, unsigned, signatures } = flags;
  if (unsigned === true) {
    if (key.length === 0 && signerCommand === undefined) return { unsignedSlots: signatures };
    throw new UsageError('expected --unsigned, or --key and --signer-command, found both');
  }
  if (signerCommand !== undefined) {
    return { unlocked: Promise.resolve([await signerByCommand(signerCommand, key)]) };
  }
  if (key.length === 0) {
    throw new UsageError('expected --key with a private key to sign with, found none', {
      hint: 'make one with: sallyport keygen --output bundle, then add --key bundle.key',
    });
  }
  if (key.length > maxSigners) {
    throw new UsageError(`expected at most ${maxSigners} keys to sign with, found ${key.length}`);
  }
  const found: FoundSigningKey[] = [];
  for (const file of key) found.push(await findKey(file, flags, context));
  const unlocked = Promise.all(found.map(({ signer }) => signer));
  // Whoever signs is told.
  unlocked.catch(() => undefined);
  return { unlocked };
}

async function signerByCommand(command: string, key: readonly string[]): Promise<Signer> {
  const [publicKey, ...more] = key;
  if (publicKey !== undefined && more.length === 0) {
    return commandSigner(command, await readPublicKey(publicKey));
  }
  throw new UsageError(
    `expected one --key with the public key of the signer command, found ${key.length}`,
    {
      hint: 'name the .pub file of the key that the command signs with',
    },
  );
}

async function findKey(
  file: string,
  flags: SignerFlags,
  context: CliContext,
): Promise<FoundSigningKey> {
  const found = await findSigningKey(file, passphraseSource(flags, context));
  if (!found.isEncrypted) {
    context.stderr.write(`warning: ${file} is not encrypted; whoever can read it can sign\n`);
  }
  return found;
}
