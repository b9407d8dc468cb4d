/** Whole bundles whose signature entry is not as it should be. */
import { describe, expect, it } from '@jest/globals';
import { handmadeBundle, testSigner, type TestSigner } from '@sallyport/testing';
import { refusalOf } from './proving.test.js';

/** Trusted. */
export const alice = testSigner();

/** The refusal of a bundle whose only slot holds this, to somebody who trusts alice. */
export async function refusalOfSlot(slot: (list: Buffer) => Buffer): Promise<string> {
  return await refusalOf(await handmadeBundle({ signers: [slotted(slot)] }));
}

export function slotted(slot: (list: Buffer) => Buffer): TestSigner {
  return { ...alice, slot: (list) => slot(Buffer.from(list)) };
}

export function padded(text: string): Buffer {
  return Buffer.from(`${text.padEnd(2047)}\n`);
}

export interface SlotFields extends Record<string, unknown> {
  readonly verificationMaterial: object;
  readonly messageSignature: { readonly messageDigest: object; readonly signature: string };
}

/** A good slot of alice with its fields changed. */
export function changing(
  change: (fields: SlotFields, list: Buffer) => unknown,
): (list: Buffer) => Buffer {
  return (list) =>
    padded(JSON.stringify(change(JSON.parse(String(alice.slot(list))) as SlotFields, list)));
}

describe('changing the slot of a bundle', () => {
  it('is refused only because of the change', async () => {
    await expect(refusalOfSlot(changing((all) => all))).rejects.toThrow();
    expect(await refusalOfSlot(changing((all) => ({ ...all, more: 1 })))).toMatch(
      /^SIGNATURE_INVALID: .*unknown field "more"/,
    );
  });
});
