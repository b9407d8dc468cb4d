/**
 * Where each byte of a bundle is: a pure function of its signed list.
 *
 * Writing in parallel, reading in parallel and checking the free space all
 * start here; nobody searches a bundle for anything.
 */
import type { BundleEntry } from '../list/bundle-manifest.js';
import { maxSignatures, signatureSlotBytes } from '../signature/slot-form.js';
import { blockBytes, paddingOf } from './entry-header.js';

export const listPath = 'sallyport/bundle.json';

/** Two zero blocks end the file; nothing follows. */
export const endBytes = 2 * blockBytes;

export interface PlacedEntry {
  readonly entry: BundleEntry;
  /** Where the header begins, in bytes from the start of the file. */
  readonly headerAt: number;
  /** Where the content begins. */
  readonly contentAt: number;
}

export interface BundleLayout {
  readonly entries: readonly PlacedEntry[];
  /** Size of the whole file, its end blocks included. */
  readonly fileBytes: number;
}

/** `sallyport/bundle.json.sigstore.json`, then `….2.sigstore.json` up to 8. */
export function signaturePath(number: number): string {
  if (number < 1 || number > maxSignatures) throw new RangeError(`no signature slot ${number}`);
  return number === 1 ? `${listPath}.sigstore.json` : `${listPath}.${number}.sigstore.json`;
}

/** Where the 2048 bytes of signature `number`, counted from 1, begin. */
export function slotOffset(listBytes: number, number: number): number {
  return spanOf(listBytes) + (number - 1) * spanOf(signatureSlotBytes) + blockBytes;
}

export function layOut(
  listBytes: number,
  signatures: number,
  entries: readonly BundleEntry[],
): BundleLayout {
  let at = spanOf(listBytes) + signatures * spanOf(signatureSlotBytes);
  const placed = entries.map((entry) => {
    const place = { entry, headerAt: at, contentAt: at + blockBytes };
    at += spanOf(entry.size);
    return place;
  });
  return { entries: placed, fileBytes: at + endBytes };
}

function spanOf(size: number): number {
  return blockBytes + size + paddingOf(size);
}
