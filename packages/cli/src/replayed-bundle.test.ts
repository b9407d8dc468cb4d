/** The same list again, under another signature or in another file, is the same bundle. */
import { describe, expect, it } from '@jest/globals';
import {
  expectRefusal,
  handmadeBundle,
  handmadeSlot,
  mirroredSignature,
  openDesk,
  startRegistry,
  testSigner,
} from '@sallyport/testing';
import { readFile, writeFile } from 'node:fs/promises';
import { digestOf } from 'oras-js';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const signer = testSigner();

describe('importing a bundle again whose signature was altered', () => {
  it.each([
    ['n-s in place of s', (list: Buffer) => mirroredSignature(signer.sign(list))],
    ['another signature of the same key', (list: Buffer) => signer.sign(list)],
  ])('knows it by its list: %s', async (_how, sign) => {
    await using registry = await startRegistry();
    await using desk = await openDesk((args, world) =>
      runCommand('sallyport', allCommands, args, world),
    );
    const first = await handmadeBundle({ signers: [signer] });
    const slot = (list: Uint8Array): Buffer =>
      handmadeSlot(list, sign(Buffer.from(list)), signer.hint);
    const again = await handmadeBundle({ signers: [{ ...signer, slot }] });
    expect(again.bytes.equals(first.bytes)).toBe(false);
    await writeFile(desk.path('site.pub'), signer.publicKeyPem);
    const importing = (stdin: Buffer, ...more: readonly string[]) =>
      desk.run(['import', '-', registry.host, '--key', desk.path('site.pub'), ...more], { stdin });

    const receipt = desk.path('receipt.json');
    const { code } = await importing(first.bytes, '--receipt', receipt);
    const sent = registry.requests.length;
    const replayed = await importing(again.bytes);
    const forced = await importing(again.bytes, '--again', '--receipt', `${receipt}.2`);

    expect(code).toBe(0);
    expect(replayed).toMatchObject({ code: 10 });
    expect(replayed.stderr).toContain('[STATE_ALREADY_IMPORTED]');
    expect(forced).toMatchObject({ code: 0 });
    expect(registry.requests.slice(sent).filter(({ method }) => method === 'PUT')).toEqual([]);
    for (const file of [receipt, `${receipt}.2`])
      expect(await readFile(file, 'utf8')).toContain(digestOf(first.list));
  });
});

describe('importing one file under the name of another', () => {
  it('refuses another list of the same sequence, whoever signed it', async () => {
    await using registry = await startRegistry();
    await using desk = await openDesk((args, world) =>
      runCommand('sallyport', allCommands, args, world),
    );
    await writeFile(desk.path('site.pub'), signer.publicKeyPem);
    const importing = async (tool: string) => {
      const list = (all: object): object => ({ ...all, tool });
      const { bytes } = await handmadeBundle({ signers: [signer], list });
      const args = ['import', '-', registry.host, '--key', desk.path('site.pub')];
      return await desk.run(args, { stdin: bytes });
    };

    expect(await importing('one')).toMatchObject({ code: 0 });
    const sent = registry.requests.length;
    expectRefusal(await importing('two'), { exit: 31, code: 'STATE_SEQUENCE_REUSED' });
    expect(registry.requests).toHaveLength(sent);
  });
});
