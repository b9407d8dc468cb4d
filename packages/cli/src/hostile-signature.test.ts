/** Bundles without a signature of this list by a trusted key: every command refuses them with 31. */
import { describe, expect, it } from '@jest/globals';
import {
  expectRefusal,
  handmadeSlot,
  openBundleScene,
  testSigner,
  type HandmadeOptions,
} from '@sallyport/testing';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const scene = (options: HandmadeOptions) =>
  openBundleScene((args, world) => runCommand('sallyport', allCommands, args, world), options);

const signer = testSigner();
const slot = (make: (list: Uint8Array) => Buffer): HandmadeOptions => ({
  signers: [{ ...signer, slot: make }],
});
const padded = (text: string): Buffer => Buffer.from(`${text.padEnd(2047)}\n`);

const slots: readonly (readonly [what: string, code: string, options: HandmadeOptions])[] = [
  ['was never signed', 'SIGNATURE_MISSING', slot(() => padded(''))],
  ['has {} for a signature', 'SIGNATURE_INVALID', slot(() => padded('{}'))],
  [
    'has the signature of an earlier list',
    'SIGNATURE_WRONG',
    slot(() => signer.slot(Buffer.from('earlier'))),
  ],
  [
    'has the signature of a stranger under the name of the key',
    'SIGNATURE_WRONG',
    slot((list) => handmadeSlot(list, testSigner().sign(list), signer.hint)),
  ],
  [
    'has the signature of a stranger',
    'SIGNATURE_UNKNOWN_KEY',
    slot((list) => testSigner().slot(list)),
  ],
];

describe('using a bundle whose signature is wrong', () => {
  it.each(slots)('asks the registry nothing when it %s', async (_what, code, options) => {
    await using at = await scene(options);

    const runs = await at.tryAll(at.bundle.bytes);

    for (const run of runs) expectRefusal(run, { exit: 31, code });
    expect(at.registry.requests).toEqual([]);
  });
});
