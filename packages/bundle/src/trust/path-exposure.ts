/**
 * Whether somebody else decides what stands at a path: judges every folder
 * that leads to it, from the root on, those of the links on the way included.
 *
 * Whoever may write to one of them renames what is below and puts his own in
 * its place, or takes a file away so that it seems never to have been there.
 * So a path is judged before anybody asks whether there is a file.
 */
import type { Stats } from 'node:fs';
import { lstat, readlink } from 'node:fs/promises';
import { dirname, join, parse, resolve, sep } from 'node:path';
import { isStranger, runningUser } from '../owner/running-user.js';

export interface Exposure {
  /** What was found, and where. */
  readonly found: string;
  /** What to do about it. */
  readonly hint: string;
}

const othersMayWrite = 0o022;
/** In a folder with this bit, as `/tmp` has it, only its owner can replace a file, a folder or a link. */
const sticky = 0o1000;
/** As many as Linux follows. */
const maxLinks = 40;

/** @throws what the file system says: `ENOENT` for what is not there, once the folders that are there were judged. */
export async function pathExposure(path: string): Promise<Exposure | undefined> {
  // Not `resolve(path)`: "link/.." is the folder above where the link leads, not the one that holds the link.
  return await judge(start(path, resolve('')), maxLinks);
}

interface Step {
  /** Without links above it. */
  readonly at: string;
  /** Names still to go. */
  readonly rest: readonly string[];
}

async function judge({ at, rest }: Step, linksLeft: number): Promise<Exposure | undefined> {
  const about = await lstat(at);
  if (about.isSymbolicLink()) {
    // Whoever opens it is told by the system that it leads in a circle.
    if (linksLeft === 0) return undefined;
    const target = start(await readlink(at), dirname(at));
    const onward = { at: target.at, rest: [...target.rest, ...rest] };
    return linkExposure(at, about) ?? (await judge(onward, linksLeft - 1));
  }
  const [name, ...after] = rest;
  // The last is the file itself, which is judged through the descriptor that reads it.
  if (name === undefined) return undefined;
  return folderExposure(at, about) ?? (await judge({ at: join(at, name), rest: after }, linksLeft));
}

function start(path: string, from: string): Step {
  const { root } = parse(path);
  const rest = path.slice(root.length).split(sep);
  const names = rest.filter((name) => name !== '' && name !== '.');
  if (root !== '') return { at: root, rest: names };
  return {
    at: parse(from).root,
    rest: [...from.split(sep).filter((name) => name !== ''), ...names],
  };
}

// Its mode says nothing; in a sticky folder its owner can make it lead elsewhere.
function linkExposure(link: string, { uid }: Stats): Exposure | undefined {
  if (!isStranger({ uid }, runningUser())) return undefined;
  return {
    found: `the link ${link} owned by user ${uid}`,
    hint: 'look where it leads, then name the file itself or make the link again',
  };
}

function folderExposure(folder: string, about: Stats): Exposure | undefined {
  const { mode, uid } = about;
  if (isStranger({ uid }, runningUser())) {
    return {
      found: `the folder ${folder} owned by user ${uid}`,
      hint: `look who wrote there, then use a folder of this user alone, or: chown ${folder}`,
    };
  }
  if ((mode & othersMayWrite) === 0 || (mode & sticky) !== 0) return undefined;
  return {
    found: `the folder ${folder} with mode ${octalMode(about)}`,
    hint: `look who wrote there, then: chmod go-w ${folder}`,
  };
}

export function octalMode({ mode }: Pick<Stats, 'mode'>): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}
