/** `serve`: a read-only registry straight from a bundle; nothing is unpacked. */
import { openBundle, signatureTrust } from '@sallyport/bundle';
import { verifyBundle, verifyGate } from '@sallyport/offline';
import { Command, Option } from 'commander';
import type { CliContext } from '../cli-context.js';
import { UsageError } from '../errors/usage-error.js';
import { openInput } from '../options/bundle-input.js';
import { parseListenAddress, type ListenAddress } from '../options/listen-address.js';
import { addStateOption, stateFolder, type StateFlags } from '../options/state-options.js';
import { addTrustOptions, readTrust, type TrustFlags } from '../options/trust-options.js';
import { noteAll } from '../output/note-all.js';
import { Progress } from '../output/progress.js';
import { serveUntilStopped } from '../output/serve-until-stopped.js';

interface ServeFlags extends TrustFlags, StateFlags {
  readonly listen: ListenAddress;
}

export function serveCommand(context: CliContext): Command {
  const command = new Command('serve')
    .description('prove a bundle, then serve it as a read-only registry until stopped')
    .argument('<bundle>', 'bundle file');
  return addStateOption(addTrustOptions(command))
    .addOption(
      new Option('--listen <host:port>', 'address to listen on')
        .argParser(parseListenAddress)
        .default({ host: '127.0.0.1', port: 5000 }, '127.0.0.1:5000'),
    )
    .addHelpText(
      'after',
      '\nExample:\n  sallyport serve dast.sallyport.tar --key bundle.pub --listen 127.0.0.1:5002',
    )
    .action(async (name: string, flags: ServeFlags) => {
      await runServe(name, flags, context);
    });
}

async function runServe(
  name: string,
  { listen, ...flags }: ServeFlags,
  context: CliContext,
): Promise<void> {
  const { signal, now } = context;
  const trust = await readTrust(flags, context);
  await using input = await openInput(name, context);
  const checkPolicy = verifyGate({ trust, folder: stateFolder(flags, context), now });
  const bundle = await openBundle(input, signatureTrust(trust), { signal, checkPolicy });
  noteAll(bundle.notes, context);
  const store = bundle.asContent();
  if (store === undefined) {
    throw new UsageError('expected a bundle file to serve, found standard input', {
      hint: 'save the bundle to a file first',
    });
  }
  using progress = new Progress(context, 'proved');
  await verifyBundle(bundle, { signal, onEvent: progress.onImport });
  progress[Symbol.dispose]();
  const names = bundle.manifest.images.flatMap(({ repository, tags }) =>
    tags.map((tag) => `${repository}:${tag}`),
  );
  await serveUntilStopped({ store, readOnly: true, ...listen }, names, context);
}
