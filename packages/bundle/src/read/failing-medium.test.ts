/** A medium that cannot be read is not a bundle that was changed: other words, another exit code. */
import { describe, expect, it } from '@jest/globals';
import { handmadeBundle } from '@sallyport/testing';
import { Readable } from 'node:stream';
import { opened } from '../test-bundles/opening.test.js';
import { trusting } from '../test-bundles/proving.test.js';
import { openFileInput } from './file-input.js';
import { openBundle } from './open-bundle.js';
import { pipeInput } from './pipe-input.js';

describe('reading from a medium that fails', () => {
  // The memory of this program is a regular file whose first page cannot be read.
  const unreadable = '/proc/self/mem';

  it('calls it unreadable, not a bad signature', async () => {
    await using input = await openFileInput(unreadable);
    await expect(
      openBundle(input, trusting((await handmadeBundle()).publicKeyPem)),
    ).rejects.toMatchObject({
      code: 'BUNDLE_UNREADABLE',
      message: expect.stringContaining('EIO'),
    });
  });

  it('passes on why a pipe broke', async () => {
    const made = await handmadeBundle();
    const broken = Readable.from(
      (function* () {
        yield made.bytes.subarray(0, 1000);
        throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
      })(),
    );
    await expect(opened(made, pipeInput(broken, 'a cable'))).rejects.toMatchObject({
      code: 'BUNDLE_UNREADABLE',
      message: 'cannot read a cable (ECONNRESET)',
    });
  });
});
