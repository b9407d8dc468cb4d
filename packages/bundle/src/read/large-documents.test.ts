/** Manifests that would fill the memory. */
import { describe, expect, it } from '@jest/globals';
import { type HandmadeList } from '@sallyport/testing';
import { digestOf, mediaTypes } from 'oras-js';
import { refusalOfSigned } from '../test-bundles/signed-lists.test.js';

describe('reading documents that are too large', () => {
  function withEntries(
    entries: readonly Record<string, unknown>[],
  ): (list: HandmadeList) => object {
    return (list) => {
      const all = [...list.entries.slice(0, 3), ...entries, ...list.entries.slice(3)];
      const bytes = all.reduce((sum, { size }) => sum + (size as number), 0);
      return { ...list, entries: all, totals: { entries: all.length, bytes } };
    };
  }

  function documentOf(size: number, index: number): Record<string, unknown> {
    const digest = digestOf(String(index));
    return {
      path: `blobs/sha256/${digest.slice(7)}`,
      size,
      digest,
      mediaType: mediaTypes.ociIndex,
    };
  }

  it('refuses one of more than 4 MiB before it is read', async () => {
    const list = withEntries([documentOf(4 * 1024 * 1024 + 1, 0)]);
    expect(await refusalOfSigned({ list })).toMatch(/^BUNDLE_LIMIT: .*at most 4194304 bytes/);
  });

  it('refuses more than 256 MiB together before they are read', async () => {
    const many = Array.from({ length: 65 }, (_value, index) => documentOf(4 * 1024 * 1024, index));
    expect(await refusalOfSigned({ list: withEntries(many) })).toMatch(
      /^BUNDLE_LIMIT: .*of manifests/,
    );
  });
});
