/** Each step of the verification comes before what it protects. */
import { describe, expect, it } from '@jest/globals';
import { handmadeBundle, tempDir, testSigner } from '@sallyport/testing';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as face from '../index.js';
import { failureOf, pipeOf, trusting } from '../test-bundles/proving.test.js';
import { openFileInput } from './file-input.js';
import { openBundle } from './open-bundle.js';

describe('opening a bundle, step by step', () => {
  it.each([
    ['no key is trusted', { keys: [], threshold: 1 }, 'TRUST_EMPTY'],
    [
      'the threshold is 0',
      { ...trusting(testSigner().publicKeyPem), threshold: 0 },
      'TRUST_THRESHOLD',
    ],
    [
      'the threshold is out of reach',
      { ...trusting(testSigner().publicKeyPem), threshold: 2 },
      'TRUST_THRESHOLD',
    ],
  ])('reads nothing when %s', async (_why, trust, code) => {
    const input = pipeOf(Buffer.from('not even a bundle'));
    expect(await failureOf(openBundle(input, trust))).toMatchObject({ code });
    expect(input.position).toBe(0);
  });

  it('does not parse a list that nobody trusted signed', async () => {
    const made = await handmadeBundle({ text: () => 'no list at all' });
    const stranger = trusting(testSigner().publicKeyPem);
    expect(await failureOf(openBundle(pipeOf(made.bytes), stranger))).toMatchObject({
      code: 'SIGNATURE_UNKNOWN_KEY',
    });
  });

  it('asks the policy with the list and the signers, before any manifest is read', async () => {
    const made = await handmadeBundle({
      archive: (all) => all.map((entry, at) => (at > 2 ? { ...entry, name: 'broken' } : entry)),
    });
    const refusal = new Error('not for this site');
    const input = pipeOf(made.bytes);
    const opening = openBundle(input, trusting(made.publicKeyPem), {
      checkPolicy: ({ channel, entries }, signers) => {
        expect({ channel, entries: entries.length, signers: signers.length }).toEqual({
          channel: 'default',
          entries: 7,
          signers: 1,
        });
        throw refusal;
      },
    });
    await expect(opening).rejects.toBe(refusal);
    expect(input.position).toBe(made.entries[2]?.contentAt);
  });

  it('refuses a file of the wrong size before any manifest is read', async () => {
    await using dir = await tempDir();
    const file = join(dir.path, 'b.tar');
    const made = await handmadeBundle();
    await writeFile(file, Buffer.concat([made.bytes, Buffer.alloc(512)]));
    await using input = await openFileInput(file);
    const error = await failureOf(openBundle(input, trusting(made.publicKeyPem)));
    expect(error.code).toBe('BUNDLE_TRAILING_BYTES');
    expect(input.position).toBe(made.entries[2]?.contentAt);
  });

  it('proves the end of the bundle after every blob was used, and only then returns', async () => {
    const made = await handmadeBundle();
    made.bytes[made.bytes.length - 1] = 1;
    const bundle = await openBundle(pipeOf(made.bytes), trusting(made.publicKeyPem));
    const used: string[] = [];
    const proving = bundle.proveBlobs(async ({ content }) => {
      used.push(content.digest);
    });
    await expect(proving).rejects.toMatchObject({ code: 'BUNDLE_PADDING' });
    expect(used).toHaveLength(3);
  });
});

describe('importing from a file that was not verified', () => {
  it('cannot be written: the package gives out no way to make a verified bundle but opening one', () => {
    expect(Object.keys(face)).not.toContain('VerifiedBundle');
    expect(Object.keys(face)).not.toContain('BundleContent');
    expect(Object.keys(face)).toContain('openBundle');
  });
});
