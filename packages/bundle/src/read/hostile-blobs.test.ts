/** Blobs that are not what the signed list says. */
import { describe, expect, it } from '@jest/globals';
import { handmadeBundle, type HandmadeOptions } from '@sallyport/testing';
import { refusalOf } from '../test-bundles/proving.test.js';

describe('reading blobs that are not what the list says', () => {
  it.each([
    ['the first byte', 0],
    ['the last byte', -1],
  ])('refuses a layer that differs in %s', async (_where, index) => {
    const archive: NonNullable<HandmadeOptions['archive']> = (all) =>
      all.map((entry) =>
        entry === all.at(-1) ? { ...entry, bytes: changedAt(entry.bytes, index) } : entry,
      );
    expect(await refusalOf(await handmadeBundle({ archive }))).toMatch(/^CONTENT_DIGEST_MISMATCH:/);
  });

  function changedAt(bytes: Buffer, index: number): Buffer {
    const changed = Buffer.from(bytes);
    const at = index < 0 ? changed.length + index : index;
    changed[at] = (changed[at] ?? 0) ^ 1;
    return changed;
  }
});
