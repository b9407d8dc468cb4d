/** `trust list`: the keys and rules of the trust file, and what each key is worth today. */
import { readTrustFile } from '@sallyport/bundle';
import { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { trustFileName, trustFileOption, type TrustFlags } from '../options/trust-options.js';
import { trustJson, trustLines } from '../output/describe-trust.js';
import { printResult, type ResultFlags } from '../output/print-result.js';

type ListFlags = Pick<TrustFlags, 'trust'> & ResultFlags;

export function trustListCommand(context: CliContext): Command {
  return new Command('list')
    .description('show the keys and rules of the trust file')
    .option(...trustFileOption)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  sallyport trust list')
    .action(async (flags: ListFlags) => {
      const trustFile = trustFileName(flags, context);
      const trust = await readTrustFile(trustFile);
      const now = context.now();
      printResult(context, flags, {
        json: { trustFile, ...trustJson(trust, now) },
        lines: [`trust file:  ${trustFile}`, ...trustLines(trust, now)],
      });
    });
}
