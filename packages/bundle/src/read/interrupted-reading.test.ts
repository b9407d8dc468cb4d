/** What ends the reading of a bundle before its end, and with which reason. */
import { describe, expect, it } from '@jest/globals';
import { eventually, handmadeBundle, tempDir } from '@sallyport/testing';
import { PassThrough } from 'node:stream';
import { imageWithLayer, inFile, opened } from '../test-bundles/opening.test.js';
import { pipeOf, trusting } from '../test-bundles/proving.test.js';
import { openBundle } from './open-bundle.js';
import { pipeInput } from './pipe-input.js';

describe('interrupting the reading of a bundle', () => {
  it.each([
    ['in the list', 0],
    ['in a manifest', 5],
    ['in a layer', -1],
  ])('ends with the reason when the pipe fell silent %s', async (_where, index) => {
    const made = await handmadeBundle();
    const silentAt = (made.entries.at(index)?.contentAt ?? 0) + 5;
    const pipe = new PassThrough();
    pipe.write(made.bytes.subarray(0, silentAt));
    await using input = pipeInput(pipe);
    const ctrlC = new AbortController();
    const reason = new Error('interrupted');

    const reading = openBundle(input, trusting(made.publicKeyPem), { signal: ctrlC.signal }).then(
      async (bundle) => {
        await bundle.proveBlobs(async () => undefined, { signal: ctrlC.signal });
      },
    );
    reading.catch(() => undefined);
    await eventually(() => {
      expect(input.position).toBe(silentAt);
    });
    ctrlC.abort(reason);

    await expect(reading).rejects.toBe(reason);
    expect(pipe.destroyed).toBe(true);
  });

  it('ends with the reason between two pieces of a file', async () => {
    await using dir = await tempDir();
    const made = await handmadeBundle({
      images: [{ image: await imageWithLayer(3 * 1024 * 1024) }],
    });
    await using input = await inFile(made, dir.path);
    const bundle = await opened(made, input);
    const ctrlC = new AbortController();
    const reason = new Error('interrupted');
    const pieces: number[] = [];
    const proving = bundle.proveBlobs(
      async ({ content, open }) => {
        if (content.size < 1024 * 1024) return;
        for await (const piece of await open()) {
          pieces.push(piece.byteLength);
          ctrlC.abort(reason);
        }
      },
      { signal: ctrlC.signal },
    );
    await expect(proving).rejects.toBe(reason);
    expect(pieces).toHaveLength(1);
  });

  it('does not begin when the signal has fired before', async () => {
    const made = await handmadeBundle();
    const input = pipeOf(made.bytes);
    const reason = new Error('interrupted');
    const opening = openBundle(input, trusting(made.publicKeyPem), {
      signal: AbortSignal.abort(reason),
    });
    await expect(opening).rejects.toBe(reason);
    expect(input.position).toBe(0);
  });

  it('does not wait for a silent pipe when the signal has fired before', async () => {
    const reason = new Error('interrupted');
    await using input = pipeInput(new PassThrough());
    const opening = openBundle(input, trusting((await handmadeBundle()).publicKeyPem), {
      signal: AbortSignal.abort(reason),
    });
    await expect(opening).rejects.toBe(reason);
  });

  it('lets go of the pipe when the input is closed', async () => {
    const pipe = new PassThrough();
    await pipeInput(pipe)[Symbol.asyncDispose]();
    expect(pipe.destroyed).toBe(true);
  });

  it('stops at the first failure of whoever uses the blobs', async () => {
    const made = await handmadeBundle();
    const bundle = await opened(made, pipeOf(made.bytes));
    const failure = new Error('the registry refused it');
    let used = 0;
    const proving = bundle.proveBlobs(async () => {
      used += 1;
      throw failure;
    });
    await expect(proving).rejects.toBe(failure);
    expect(used).toBe(1);
  });
});
