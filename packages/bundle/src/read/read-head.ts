/**
 * Steps 3 to 5 of the verification: the list and its signatures, as bytes.
 *
 * Nothing is parsed here but the length of the list. What follows the last
 * signature has to be the header of `oci-layout`, which is known beforehand.
 */
import type { CallOptions } from 'oras-js';
import { BundleError } from '../bundle-error.js';
import { blockBytes, entryHeader } from '../layout/entry-header.js';
import { listPath, signaturePath } from '../layout/bundle-layout.js';
import { ociLayoutDocument } from '../layout/layout-documents.js';
import { maxSignatures, signatureSlotBytes } from '../signature/slot-form.js';
import type { BundleInput } from './bundle-input.js';
import { expectPadding, headerMismatch, type ReadNext } from './check-blocks.js';
import { readListHeader } from './list-header.js';

export interface BundleHead {
  /** Entry 0, unparsed. */
  readonly list: Buffer;
  /** One to eight signature entries, unparsed. */
  readonly slots: readonly Buffer[];
}

/** Leaves the input just after the header of `oci-layout`. */
export async function readHead(input: BundleInput, options: CallOptions): Promise<BundleHead> {
  const read: ReadNext = (length) => input.read(length, options);
  const listBytes = await readListHeader(await firstBlock(input, options), input.name);
  const list = await read(listBytes);
  await expectPadding(read, listBytes, listPath);

  const slots: Buffer[] = [];
  const afterSlots = await entryHeader(ociLayoutDocument.path, ociLayoutDocument.bytes.byteLength);
  for (;;) {
    const headerAt = input.position;
    const header = await read(blockBytes);
    if (slots.length > 0 && header.equals(afterSlots)) return { list, slots };
    await checkSlotHeader(header, slots.length + 1, headerAt);
    // Whole blocks: nothing pads them.
    slots.push(await read(signatureSlotBytes));
  }
}

async function firstBlock(input: BundleInput, options: CallOptions): Promise<Buffer> {
  try {
    return await input.read(blockBytes, options);
  } catch (error) {
    if (!(error instanceof BundleError && error.code === 'BUNDLE_TRUNCATED')) throw error;
    throw new BundleError(
      'BUNDLE_NOT_A_BUNDLE',
      `expected a bundle, found ${input.name} with ${input.at?.size ?? input.position} bytes`,
      {
        hint: 'name a file that sallyport export wrote, usually *.sallyport.tar',
        cause: error,
      },
    );
  }
}

async function checkSlotHeader(header: Buffer, number: number, position: number): Promise<void> {
  if (number > maxSignatures) {
    throw new BundleError(
      'BUNDLE_LIMIT',
      `expected at most ${maxSignatures} signatures, found another entry`,
    );
  }
  const expected = await entryHeader(signaturePath(number), signatureSlotBytes);
  if (!header.equals(expected)) throw headerMismatch(signaturePath(number), position);
}
