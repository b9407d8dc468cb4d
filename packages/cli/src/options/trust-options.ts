/** Which keys a bundle must be signed with. */
import { distinctKeys, readPublicKey, type Trust } from '@sallyport/bundle';
import { Option, type Command } from 'commander';
import { parseInteger } from './integer.js';
import { repeatable } from './repeatable.js';

export interface TrustFlags {
  readonly key?: readonly string[];
  readonly threshold: number;
}

export function addTrustOptions(command: Command): Command {
  return command
    .addOption(repeatable('-k, --key <file>', 'public key of the connected side (PEM)'))
    .addOption(
      new Option('--threshold <number>', 'how many of the keys must have signed')
        .argParser(parseInteger(1, 8))
        .default(1),
    );
}

/** Reads the keys before anything of a bundle is opened. @throws KeyError, SignatureError `TRUST_…`. */
export async function readTrust({ key = [], threshold }: TrustFlags): Promise<Trust> {
  const keys = await Promise.all(key.map(readPublicKey));
  distinctKeys({ keys, threshold });
  return { keys, threshold };
}
