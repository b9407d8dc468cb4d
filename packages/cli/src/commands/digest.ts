/** `digest`: what has to be signed of a bundle, for a signer on another machine. */
import { readListDigest } from '@sallyport/bundle';
import { Command } from 'commander';
import { hexOf } from 'oras-js';
import type { CliContext } from '../cli-context.js';

interface DigestFlags {
  readonly raw?: boolean;
}

export function digestCommand(context: CliContext): Command {
  return new Command('digest')
    .description('print the SHA-256 that a signature of the bundle has to be over')
    .argument('<bundle>', 'bundle file, signed or not')
    .option('--raw', 'write the 32 bytes themselves, as a signing program wants them')
    .addHelpText('after', '\nExample:\n  sallyport digest dast.sallyport.tar')
    .action(async (file: string, { raw }: DigestFlags) => {
      const digest = await readListDigest(file, { signal: context.signal });
      context.stdout.write(raw === true ? Buffer.from(hexOf(digest), 'hex') : `${hexOf(digest)}\n`);
    });
}
