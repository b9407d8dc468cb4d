/** Digests of other algorithms: nothing here can compute them, so nothing of the kind is carried. */
import { describe, expect, it } from '@jest/globals';
import { json, opening, startRegistry } from '@sallyport/testing';
import { copy } from '../content/copy.js';
import { mediaTypes } from '../content/media-types.js';
import { parseReference } from '../content/reference.js';
import { MemoryStore } from '../stores/memory-store.js';
import { RegistryClient } from './registry-client.js';

const { ociEmpty, ociManifest } = mediaTypes;
const foreign = { mediaType: ociManifest, digest: `sha512:${'a'.repeat(128)}`, size: 100 };
const config = json(ociEmpty, {});

/** A signature of it, and an image with a layer of it. */
const manifests = {
  subject: { schemaVersion: 2, config: config.content, layers: [], subject: foreign },
  'layers[0]': { schemaVersion: 2, config: config.content, layers: [foreign] },
} as const;

describe('meeting a digest that cannot be computed', () => {
  it('refuses it in a name, and says which digests there are', () => {
    expect(() => parseReference(`registry.example.com/app@${foreign.digest}`)).toThrow(
      expect.objectContaining({
        code: 'REFERENCE_INVALID',
        message: expect.stringContaining('sha512'),
        hint: expect.stringContaining('sha256'),
      }),
    );
  });

  for (const [where, document] of Object.entries(manifests)) {
    const { content, bytes } = json(ociManifest, document);
    const refusal = { code: 'DIGEST_UNSUPPORTED', message: expect.stringContaining('sha512') };

    it(`sends no manifest with one in ${where}`, async () => {
      await using registry = await startRegistry();
      await using client = new RegistryClient();
      const app = client.repository(registry.host, 'app');
      await expect(app.pushTagged(content, opening(bytes), 'v1')).rejects.toMatchObject(refusal);
      expect(registry.requests.filter(({ method }) => method !== 'HEAD')).toEqual([]);
    });

    it(`copies no image with one in ${where}`, async () => {
      const source = new MemoryStore();
      await source.push(config.content, opening(config.bytes));
      await source.push(content, opening(bytes));
      await source.tag(content, 'v1');
      const destination = new MemoryStore();
      await expect(copy(source, 'v1', destination)).rejects.toMatchObject(refusal);
      expect(await destination.exists(config.content)).toBe(false);
    });
  }
});
