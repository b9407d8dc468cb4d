/** `keygen`: a key pair to sign bundles with. */
import {
  formatFingerprint,
  generateKeyPair,
  KeyError,
  writeKeyPair,
  type KeyPairRequest,
} from '@sallyport/bundle';
import { Command, Option } from 'commander';
import type { CliContext } from '../cli-context.js';
import {
  newPassphraseSource,
  passphraseFileOption,
  type PassphraseFlags,
} from '../options/passphrase.js';
import { printResult, type ResultFlags } from '../output/print-result.js';

interface KeygenFlags extends PassphraseFlags, ResultFlags {
  readonly output: string;
  readonly format: KeyPairRequest['format'];
}

export function keygenCommand(context: CliContext): Command {
  return new Command('keygen')
    .description(
      'make a key pair: PREFIX.key to sign with, PREFIX.pub to carry to the offline side',
    )
    .option('-o, --output <prefix>', 'where to write the two files', 'bundle')
    .addOption(
      new Option('--format <format>', 'how the private key is stored')
        .choices(['cosign', 'pkcs8', 'plain-pkcs8'])
        .default('cosign'),
    )
    .option(...passphraseFileOption)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  sallyport keygen --output bundle')
    .action(async (flags: KeygenFlags) => {
      const pair = await generateKeyPair(await keyPairRequest(flags, context));
      const files = await writeKeyPair(flags.output, pair);
      const fingerprint = formatFingerprint(pair.fingerprint);
      printResult(context, flags, {
        json: { ...files, fingerprint: pair.fingerprint },
        lines: [
          `private key: ${files.privateKeyFile} (keep it here)`,
          `public key:  ${files.publicKeyFile} (carry it to the offline side once, apart from any bundle)`,
          `fingerprint: ${fingerprint}`,
        ],
      });
    });
}

async function keyPairRequest(flags: KeygenFlags, context: CliContext): Promise<KeyPairRequest> {
  const { format } = flags;
  if (format === 'plain-pkcs8') {
    context.stderr.write(
      'warning: the private key is NOT encrypted; whoever can read the file can sign\n',
    );
    return { format };
  }
  const passphrase = await newPassphraseSource(flags, context)();
  if (passphrase !== undefined) return { format, passphrase };
  throw new KeyError(
    'KEY_PASSPHRASE_MISSING',
    'expected a passphrase for the new key, found none',
    {
      hint: 'set SALLYPORT_KEY_PASSPHRASE, name a --passphrase-file, or run on a terminal to be asked',
    },
  );
}
