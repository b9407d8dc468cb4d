/**
 * The states of all channels of a site: one file for each, in a folder that
 * nobody else may write to.
 *
 * Reading needs no lock, because a state is replaced whole. Writing is for
 * whoever holds the channel's lock.
 */
import { isChannel, readProtectedFile, replaceFile } from '@sallyport/bundle';
import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChannelState } from './channel-state.js';
import { StateError } from './state-error.js';
import { formatState, parseState } from './state-text.js';

/** 64 imports take 30 KB; eight keys each, with a long destination, three times that. */
const maxStateBytes = 1024 * 1024;
const fileMode = 0o600;
const folderMode = 0o700;
const suffix = '.json';

export class StateFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** undefined when there is none. @throws StateError */
  async read(
    channel: string,
    purpose: 'to-look' | 'to-write' = 'to-look',
  ): Promise<ChannelState | undefined> {
    const file = this.fileOf(channel);
    const read = await readProtectedFile(file, maxStateBytes);
    switch (read.state) {
      case 'read':
        if (purpose === 'to-write' && read.isReadOnly) throw readOnly(file);
        return parseState(read.bytes, channel, file);
      case 'missing':
        return undefined;
      case 'too-large':
        throw new StateError('STATE_INVALID', `${file} is larger than any state`);
      case 'exposed':
        throw new StateError(
          'STATE_PERMISSIONS',
          `expected that nobody but this user can write ${file}, found ${read.found}`,
          { hint: read.hint },
        );
      case 'unreadable':
        throw new StateError(
          'STATE_UNREADABLE',
          `expected a readable state at ${file}, found ${read.found}`,
          { cause: read.cause, hint: 'check that this user may read it' },
        );
    }
  }

  /** Names of the channels that have a state, sorted. @throws StateError `STATE_UNREADABLE` */
  async channels(): Promise<readonly string[]> {
    try {
      return (await readdir(this.path))
        .filter((name) => name.endsWith(suffix))
        .map((name) => name.slice(0, -suffix.length))
        .filter(isChannel)
        .sort();
    } catch (cause) {
      const { code } = cause as { readonly code?: string };
      if (code === 'ENOENT') return [];
      if (code === undefined) throw cause;
      throw new StateError('STATE_UNREADABLE', `cannot read ${this.path} (${code})`, {
        cause,
        hint: 'name the folder with --state, or check that this user may read it',
      });
    }
  }

  /** @throws StateError `STATE_UNWRITABLE`; the old state is then as it was. */
  async write(state: ChannelState): Promise<void> {
    const file = this.fileOf(state.channel);
    await this.writing(file, () => replaceFile(file, formatState(state), fileMode));
  }

  /** Makes the folder. @throws StateError `STATE_UNWRITABLE` */
  async prepare(): Promise<void> {
    await this.writing(this.path, () => mkdir(this.path, { recursive: true, mode: folderMode }));
  }

  /** Keeps a state that cannot be read for whoever wants to know why. @returns Where. */
  async setAside(channel: string, at: string): Promise<string> {
    const file = this.fileOf(channel);
    const aside = `${file}.${at.replace(/[^0-9TZ]/g, '')}.damaged`;
    await this.writing(file, () => rename(file, aside));
    return aside;
  }

  private fileOf(channel: string): string {
    return join(this.path, `${channel}${suffix}`);
  }

  private async writing(file: string, write: () => Promise<unknown>): Promise<void> {
    try {
      await write();
    } catch (cause) {
      throw unwritable(file, cause);
    }
  }
}

/** What the file system says, as a StateError; anything else as it is. */
export function unwritable(file: string, cause: unknown): unknown {
  const { code, syscall } = cause as { readonly code?: unknown; readonly syscall?: unknown };
  if (typeof code !== 'string' || syscall === undefined) return cause;
  return new StateError('STATE_UNWRITABLE', `cannot write ${file} (${code})`, {
    cause,
    hint: 'check that this user may write there and that the disk has space',
  });
}

// Whoever runs as root can write it all the same, and was asked not to.
function readOnly(file: string): StateError {
  return new StateError(
    'STATE_UNWRITABLE',
    `expected to be able to write ${file}, found it read-only`,
    {
      hint: 'look who made it read-only; if it was not meant: chmod u+w',
    },
  );
}
