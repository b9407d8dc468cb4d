/** `attach-signature`: the second step of signing on another machine. */
import { attachSignature, readPublicKey, SignatureError } from '@sallyport/bundle';
import { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import type { CliContext } from '../cli-context.js';
import { UsageError } from '../errors/usage-error.js';
import { printResult, type ResultFlags } from '../output/print-result.js';

interface AttachFlags extends ResultFlags {
  readonly key?: string;
}

/** A DER signature has 72 bytes at most, 96 as base64. */
const maxSignatureFileBytes = 1024;

export function attachSignatureCommand(context: CliContext): Command {
  return new Command('attach-signature')
    .description('put a signature made elsewhere into an unsigned bundle')
    .argument('<bundle>', 'bundle made with export --unsigned')
    .argument('<signature>', 'file with the signature, DER or its base64')
    .option('-k, --key <file>', 'public key that the signature is by')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  sallyport attach-signature dast.sallyport.tar dast.sig --key bundle.pub',
    )
    .action(async (bundle: string, signatureFile: string, flags: AttachFlags) => {
      if (flags.key === undefined) {
        throw new UsageError('expected --key with the public key of the signer, found none');
      }
      const publicKey = await readPublicKey(flags.key);
      const signature = await readSignature(signatureFile);
      const { digest, left } = await attachSignature(bundle, signature, publicKey, {
        signal: context.signal,
      });
      printResult(context, flags, {
        json: { bundle: digest, emptySlots: left },
        lines: [
          `signed ${bundle}`,
          `bundle:      ${digest}`,
          ...(left === 0
            ? []
            : [
                `still empty: ${left} signature slots; every import refuses the bundle until they are filled`,
              ]),
        ],
      });
    });
}

async function readSignature(file: string): Promise<Buffer> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new UsageError(`expected a readable signature file, found none at ${file}`, { cause });
  });
  if (bytes.byteLength > maxSignatureFileBytes) {
    throw new SignatureError(
      'SIGNATURE_INVALID',
      `expected a signature in ${file}, found ${bytes.byteLength} bytes`,
    );
  }
  const text = bytes.toString('latin1').trim();
  // The third byte of DER is a control character, which no base64 text has.
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : bytes;
}
