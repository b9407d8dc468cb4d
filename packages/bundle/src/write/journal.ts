/**
 * What of a partial bundle has been written, so that a later run can go on.
 *
 * It is a hint and never a proof: whoever goes on hashes every byte again. What
 * it does not say is not even looked at. A journal that is damaged, of another
 * plan or of a newer version therefore costs time at worst.
 */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readFile, rm, type FileHandle } from 'node:fs/promises';
import type { Digest } from 'oras-js';
import type { LockOwner } from '../owner/lock-owner.js';
import { PromptFile } from '../prompt-file.js';
import { openOwned } from './open-owned.js';
import { anotherRun, outputError } from './output-error.js';
import {
  claimLine,
  settled,
  parseJournal,
  type FoundJournal,
  type WrittenRange,
} from './journal-text.js';
import { isSameFile } from './same-file.js';
import { writeWhole } from './write-whole.js';

/** Two million lines; more than that is not ours. */
const maxJournalBytes = 256 * 1024 * 1024;

export class Journal {
  private readonly file: string;
  private readonly handle: FileHandle;
  private readonly prompt: PromptFile;
  /** Where its line begins. */
  private readonly claimAt: number;

  private constructor(file: string, handle: FileHandle, claimAt: number) {
    this.file = file;
    this.handle = handle;
    this.prompt = new PromptFile(handle);
    this.claimAt = claimAt;
  }

  /** @throws BundleError `OUTPUT_UNWRITABLE`, also when there is one. */
  static async create(file: string, owner: LockOwner): Promise<Journal> {
    return Journal.claim(file, owner, () => open(file, 'ax', 0o644));
  }

  /**
   * Goes on with the journal of a run that has ended.
   *
   * @throws BundleError `OUTPUT_UNWRITABLE` when another run does so at this moment.
   */
  static async goOn(file: string, owner: LockOwner): Promise<Journal> {
    const { O_WRONLY, O_APPEND } = constants;
    return Journal.claim(file, owner, () => openOwned(file, O_WRONLY | O_APPEND));
  }

  private static async claim(
    file: string,
    owner: LockOwner,
    opening: () => Promise<FileHandle | undefined>,
  ): Promise<Journal> {
    const id = randomUUID();
    let handle: FileHandle | undefined;
    try {
      handle = await opening();
      if (handle === undefined) throw anotherRun(file);
      const { size } = await handle.stat();
      const claim = claimLine(id, owner);
      // The line before may have been cut off.
      await handle.appendFile(size === 0 ? claim : `\n${claim}`);
      // Two that go on at once: the one whose line came first does.
      const after = (await readFile(file)).subarray(size).toString('latin1');
      const journal = new Journal(file, handle, size + after.indexOf(claim));
      if (parseJournal(after).firstClaim === id) return journal;
      await journal.settle().catch(() => undefined);
      throw anotherRun(file);
    } catch (error) {
      await handle?.close().catch(() => undefined);
      throw outputError(error, file);
    }
  }

  /** To be called after the bytes were written. */
  async note(digest: Digest, at: number, { start, end }: WrittenRange): Promise<void> {
    try {
      await writeWhole(this.prompt, [Buffer.from(`${digest} ${at} ${start} ${end}\n`)]);
    } catch (error) {
      throw outputError(error, this.file);
    }
  }

  /** What a later run will read in it. @returns Undefined when another run has put its own in its place. */
  async found(): Promise<FoundJournal | undefined> {
    await using handle = await this.openAgain(constants.O_RDONLY);
    return await (handle && parseFile(handle));
  }

  /** Leaves it for a later run. Never throws: a journal without its end is one of a run that was killed. */
  async keep(): Promise<void> {
    await this.settle().catch(() => undefined);
    await this.handle.close().catch(() => undefined);
  }

  private async settle(): Promise<void> {
    // What is opened for appending can only append.
    await using handle = await this.openAgain(constants.O_RDWR);
    await handle?.write(settled.text, this.claimAt + settled.at, 'latin1');
  }

  async remove(): Promise<void> {
    const ours = await isSameFile(this.handle, this.file);
    await this.handle.close();
    if (ours) await rm(this.file, { force: true });
  }

  /** @returns Undefined when its name leads elsewhere: a run that could not tell whether this one lives started over. */
  private async openAgain(access: number): Promise<FileHandle | undefined> {
    const handle = await openOwned(this.file, access);
    if (handle === undefined || (await isSameFile(this.handle, this.file))) return handle;
    await handle.close();
    return undefined;
  }
}

/** @returns Undefined when there is none that can be read. */
export async function readJournal(file: string): Promise<FoundJournal | undefined> {
  await using handle = await openOwned(file, constants.O_RDONLY);
  return await (handle && parseFile(handle).catch(() => undefined));
}

async function parseFile(handle: FileHandle): Promise<FoundJournal | undefined> {
  if ((await handle.stat()).size > maxJournalBytes) return undefined;
  const journal = parseJournal(await readFile(handle, 'latin1'));
  return journal.firstClaim === undefined ? undefined : journal;
}
