/** The lines of a journal. One that cannot be read says nothing; the others still count. */
import { isDigest, type Digest } from 'oras-js';
import type { LockOwner } from '../owner/lock-owner.js';
import { parseOwner } from '../owner/parse-owner.js';

/** Bytes of one blob, counted from its first. */
export interface WrittenRange {
  readonly start: number;
  /** The first byte that is not part of it. */
  readonly end: number;
}

export interface WrittenBlob {
  /** Where in the file its first byte goes. */
  readonly at: number;
  readonly ranges: readonly WrittenRange[];
}

export interface FoundJournal {
  /** The runs that did not say that they ended. Of two that went on at once one was refused, in whichever order they stand. */
  readonly owners: readonly LockOwner[];
  readonly firstClaim: string | undefined;
  readonly blobs: ReadonlyMap<Digest, WrittenBlob>;
}

/** `sallyport-journal VERSION ID OWNER`: from here on this run writes. `settled` in place of `journal`: it wrote, and ended. */
const claimForm = /^sallyport-(journal|settled) 1 ([0-9a-f-]{36}) (\{.*\})$/;
/** `DIGEST AT START END`: these bytes of the blob were written, the first byte of it belongs at AT. */
const noteForm = /^(\S{1,200}) ([0-9]{1,16}) ([0-9]{1,16}) ([0-9]{1,16})$/;

/** Written over the claim of a run that ends or is refused, at this place in its line: that takes no space on a full disk. */
export const settled = { text: 'settled', at: 'sallyport-'.length };

export function claimLine(id: string, owner: LockOwner): string {
  return `sallyport-journal 1 ${id} ${JSON.stringify(owner)}\n`;
}

export function parseJournal(text: string): FoundJournal {
  const blobs = new Map<Digest, { readonly at: number; readonly ranges: WrittenRange[] }>();
  const owners: LockOwner[] = [];
  let firstClaim: string | undefined;
  // What follows the last line feed is empty, or was cut off.
  for (const line of text.split('\n').slice(0, -1)) {
    const [, state, id, ownerText = ''] = claimForm.exec(line) ?? [];
    if (id !== undefined) {
      firstClaim ??= id;
      if (state !== settled.text) owners.push(parseOwner(Buffer.from(ownerText)));
    } else addNote(blobs, line);
  }
  return { owners, firstClaim, blobs };
}

/** What it says of each blob, wherever in the file that is. */
export function rangesIn(
  journal: FoundJournal | undefined,
): ReadonlyMap<Digest, readonly WrittenRange[]> {
  return new Map([...(journal?.blobs ?? [])].map(([digest, { ranges }]) => [digest, ranges]));
}

function addNote(
  blobs: Map<Digest, { readonly at: number; readonly ranges: WrittenRange[] }>,
  line: string,
): void {
  const [, digest = '', at, start, end] = noteForm.exec(line) ?? [];
  if (!isDigest(digest)) return;
  const range = { start: Number(start), end: Number(end) };
  const known = blobs.get(digest);
  if (known?.at === Number(at)) known.ranges.push(range);
  else blobs.set(digest, { at: Number(at), ranges: [range] });
}
