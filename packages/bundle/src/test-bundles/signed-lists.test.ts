/** Bundles whose list breaks a rule and is signed by a trusted key all the same. */
import { describe, expect, it } from '@jest/globals';
import { handmadeBundle, type HandmadeList, type HandmadeOptions } from '@sallyport/testing';
import { openBundle } from '../read/open-bundle.js';
import { failureOf, pipeOf, trusting } from './proving.test.js';

/** Code and message of the refusal of a bundle that was made and signed like this, before its first blob. */
export async function refusalOfSigned(options: HandmadeOptions): Promise<string> {
  const { bytes, publicKeyPem } = await handmadeBundle(options);
  const error = await failureOf(openBundle(pipeOf(bytes), trusting(publicKeyPem)));
  return `${error.code}: ${error.message}`;
}

/** Of one whose list was changed before it was signed. */
export async function refusalOfList(change: (list: HandmadeList) => object): Promise<string> {
  return await refusalOfSigned({ list: change });
}

/** Of one whose list was spelled in another way before it was signed. */
export async function refusalOfText(change: (json: string) => string | Buffer): Promise<string> {
  return await refusalOfSigned({ text: change });
}

/** The list with fields of each image changed. */
export function inImages(fields: object): (list: HandmadeList) => object {
  return (list) => ({ ...list, images: list.images.map((image) => ({ ...image, ...fields })) });
}

/** The list with fields of one entry changed; counted from the end when negative. */
export function inEntry(index: number, fields: object): (list: HandmadeList) => object {
  return (list) => ({
    ...list,
    entries: list.entries.map((entry) =>
      entry === list.entries.at(index) ? { ...entry, ...fields } : entry,
    ),
  });
}

export const zeroDigest = `sha256:${'0'.repeat(64)}`;

describe('signing a list that breaks a rule', () => {
  it('does not help it', async () => {
    expect(await refusalOfList((list) => ({ ...list, kind: 'half' }))).toMatch(
      /^BUNDLE_LIST_INVALID: .*"half"/,
    );
  });
});
