/** Where the passphrase of a private key comes from; never from an argument. */
import type { PassphraseSource } from '@sallyport/bundle';
import { readFile } from 'node:fs/promises';
import type { CliContext } from '../cli-context.js';
import { UsageError } from '../errors/usage-error.js';

export interface PassphraseFlags {
  readonly passphraseFile?: string;
}

export const passphraseFileOption = [
  '--passphrase-file <file>',
  'passphrase of the private key; default: SALLYPORT_KEY_PASSPHRASE, COSIGN_PASSWORD, the terminal',
] as const;

export function passphraseSource(flags: PassphraseFlags, context: CliContext): PassphraseSource {
  return async () =>
    (await givenPassphrase(flags, context)) ??
    context.askSecret?.('passphrase of the private key: ');
}

/** For a new key: what is typed is asked for twice. */
export function newPassphraseSource(flags: PassphraseFlags, context: CliContext): PassphraseSource {
  return async () => {
    const given = await givenPassphrase(flags, context);
    if (given !== undefined || context.askSecret === undefined) return given;
    const typed = await context.askSecret('passphrase for the new private key: ');
    if (typed === (await context.askSecret('the same again: '))) return typed;
    throw new UsageError('expected the same passphrase twice, found two different ones');
  };
}

async function givenPassphrase(
  { passphraseFile }: PassphraseFlags,
  { env }: CliContext,
): Promise<string | undefined> {
  if (passphraseFile === undefined)
    return env['SALLYPORT_KEY_PASSPHRASE'] ?? env['COSIGN_PASSWORD'];
  try {
    // Editors and echo end the file with a line break that is not part of the passphrase.
    return (await readFile(passphraseFile, 'utf8')).replace(/\r?\n$/, '');
  } catch (cause) {
    throw new UsageError(
      `expected a readable file for --passphrase-file, found none at ${passphraseFile}`,
      { cause },
    );
  }
}
