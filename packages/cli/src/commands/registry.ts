/** `registry`: a writable registry over a folder, for demos, tests and very small sites. */
import { Command, Option } from 'commander';
import { OciLayout } from 'oras-js';
import type { CliContext } from '../cli-context.js';
import { parseListenAddress, type ListenAddress } from '../options/listen-address.js';
import { serveUntilStopped } from '../output/serve-until-stopped.js';

interface RegistryCommandFlags {
  readonly listen: ListenAddress;
}

export function registryCommand(context: CliContext): Command {
  return new Command('registry')
    .description(
      'serve a folder, an OCI layout, as a registry that can be pushed to, until stopped',
    )
    .argument('<folder>', 'where images are kept; made when it is not there')
    .addOption(
      new Option('--listen <host:port>', 'address to listen on')
        .argParser(parseListenAddress)
        .default({ host: '127.0.0.1', port: 5000 }, '127.0.0.1:5000'),
    )
    .addHelpText('after', '\nExample:\n  sallyport registry ./data --listen 127.0.0.1:5003')
    .action(async (folder: string, { listen }: RegistryCommandFlags) => {
      const store = new OciLayout(folder);
      await serveUntilStopped({ store, ...listen }, [], context);
    });
}
