/** One blob has trouble on its way: the others do not notice. */
import { describe, expect, it } from '@jest/globals';
import { openBundle, openFileInput, parsePublicKey } from '@sallyport/bundle';
import { asFileOrPipe, handmadeBundle, startRegistry, tinyImage } from '@sallyport/testing';
import { RegistryClient } from 'oras-js';
import { importBundle } from './import-bundle.js';

describe('importing when the upload of one blob fails', () => {
  it('sends that one again, and each of the others once', async () => {
    await using registry = await startRegistry();
    const image = await tinyImage({ layerBytes: [1000, 2000, 3000, 4000] });
    const blobs = image.contents.filter(({ content }) => !content.mediaType.includes('manifest'));
    const unlucky = blobs[1]?.content.digest ?? '';
    registry.answers(503, {
      to: new RegExp(`^PUT .*/uploads/.*digest=${encodeURIComponent(unlucky)}`),
      times: 2,
    });
    const { bytes, publicKeyPem } = await handmadeBundle({ images: [{ image }] });
    const trust = { keys: [parsePublicKey(publicKeyPem, 'test.pub')], threshold: 1 };
    await using client = new RegistryClient({ retry: { firstWaitMs: 1 } });

    await asFileOrPipe(bytes, 'a file', async (source) => {
      await using input = await openFileInput(source as string);
      const bundle = await openBundle(input, trust);
      const destination = { registry: registry.host, prefix: 'to' };
      const connect = (repository: string) => client.repository(registry.host, repository);
      await importBundle({ bundle, destination, mapping: {}, connect });
    });

    const sent = registry.requests
      .filter(({ method, path }) => method === 'PUT' && path.includes('/uploads/'))
      .map(({ path }) => decodeURIComponent(path.split('digest=')[1] ?? ''));
    const times = (digest: string) => sent.filter((each) => each === digest).length;
    expect(blobs.map(({ content: { digest } }) => times(digest))).toEqual([1, 3, 1, 1, 1]);
  });
});
