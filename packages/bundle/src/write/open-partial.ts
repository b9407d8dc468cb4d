/**
 * Opens the partial file of a bundle: a new one, or what an earlier run of the
 * same output left, together with what its journal says of it.
 *
 * Where the plan has changed since then, blobs belong at other places. The file
 * is put aside as `FILE.partial.kept`, and what is still wanted is copied from there.
 */
import { rename, rm } from 'node:fs/promises';
import type { CallOptions } from 'oras-js';
import type { BundleLayout } from '../layout/bundle-layout.js';
import { lifeOf, thisProcess, type LockOwner } from '../owner/lock-owner.js';
import { copyKept } from './copy-kept.js';
import { Journal, readJournal } from './journal.js';
import { rangesIn, type FoundJournal } from './journal-text.js';
import type { OpenedPartial } from './opened-partial.js';
import { anotherRun } from './output-error.js';
import { PartialFile, partialName } from './partial-file.js';
import { requireAbsent, requireNoFolder } from './publish-file.js';

export interface OpenOptions extends CallOptions {
  /** Nothing of an earlier run is used. Default false. */
  readonly isFresh?: boolean;
}

/**
 * @throws BundleError `OUTPUT_EXISTS`; `OUTPUT_UNWRITABLE`, also while another run writes it.
 */
export async function openPartial(
  file: string,
  layout: BundleLayout,
  { isFresh = false, signal }: OpenOptions,
): Promise<OpenedPartial> {
  // Before anything of an earlier run is moved or removed: it is still good when there is room for the name.
  await requireAbsent(file);
  const partial = partialName(file);
  for (const name of [partial, journalName(partial)]) await requireNoFolder(name);
  const own = await thisProcess();
  const found = await readJournal(journalName(partial));
  const lives = await Promise.all((found?.owners ?? []).map((owner) => lifeOf(owner, own)));
  const living = lives.indexOf('alive');
  if (living !== -1) throw anotherRun(partial, found?.owners[living]?.pid);
  // Of a run on another machine nobody can tell.
  const left = isFresh || lives.includes('unknown') ? undefined : found;
  if (isFresh) await remove(keptName(partial), journalName(keptName(partial)));
  const opened =
    (left !== undefined && isInPlace(left, layout) && (await adopt(file, left, own))) ||
    (await begin(file, left, own));
  try {
    return await copyKept(keptName(partial), journalName(keptName(partial)), opened, layout, {
      signal,
    });
  } catch (error) {
    await Promise.allSettled([opened.file.keep(), opened.journal.keep()]);
    throw error;
  }
}

function isInPlace({ blobs }: FoundJournal, { entries }: BundleLayout): boolean {
  return entries.every(({ entry, contentAt }) => {
    const at = blobs.get(entry.digest)?.at;
    return at === undefined || at === contentAt;
  });
}

async function adopt(
  file: string,
  found: FoundJournal,
  own: LockOwner,
): Promise<OpenedPartial | undefined> {
  const adopted = await PartialFile.adopt(file);
  if (adopted === undefined) return undefined;
  try {
    const journal = await Journal.goOn(journalName(partialName(file)), own);
    return { file: adopted, journal, isAdopted: true, written: rangesIn(found) };
  } catch (error) {
    await adopted.keep().catch(() => undefined);
    throw error;
  }
}

/** @param left Of an earlier run, whose file is put aside. */
async function begin(
  file: string,
  left: FoundJournal | undefined,
  own: LockOwner,
): Promise<OpenedPartial> {
  const partial = partialName(file);
  if (left === undefined) await remove(journalName(partial));
  else {
    // In this order: after a kill in between, the journal that is still in place is put aside by the next run.
    await rename(partial, keptName(partial)).catch(() => undefined);
    await rename(journalName(partial), journalName(keptName(partial))).catch(() => undefined);
  }
  const created = await PartialFile.create(file);
  try {
    const journal = await Journal.create(journalName(partial), own);
    return { file: created, journal, isAdopted: false, written: new Map() };
  } catch (error) {
    await created.discard().catch(() => undefined);
    throw error;
  }
}

/** What cannot be removed is in the way of whoever makes it anew, who says so. */
async function remove(...names: readonly string[]): Promise<void> {
  for (const name of names) await rm(name, { force: true }).catch(() => undefined);
}

function journalName(partial: string): string {
  return `${partial}.journal`;
}

function keptName(partial: string): string {
  return `${partial}.kept`;
}
