/**
 * Writes a new key pair beside each other: both files, or none.
 *
 * Never writes over a file: the signatures of a lost private key cannot be
 * made again, and every site that trusts it would have to be visited.
 */
import { open, rm, type FileHandle } from 'node:fs/promises';
import type { KeyPair } from './generate-key-pair.js';
import { KeyError } from './key-error.js';

export interface KeyFiles {
  /** `<prefix>.key`, mode 0600. */
  readonly privateKeyFile: string;
  /** `<prefix>.pub`, mode 0644. */
  readonly publicKeyFile: string;
}

interface NewFile {
  readonly file: string;
  readonly handle: FileHandle;
}

/** @throws KeyError `KEY_EXISTS` or `KEY_UNWRITABLE` */
export async function writeKeyPair(prefix: string, pair: KeyPair): Promise<KeyFiles> {
  const names = { privateKeyFile: `${prefix}.key`, publicKeyFile: `${prefix}.pub` };
  const created: NewFile[] = [];
  try {
    // Both are created before either is filled: a name that is taken costs nothing yet.
    const privateKey = await createFile(names.privateKeyFile, 0o600, created);
    const publicKey = await createFile(names.publicKeyFile, 0o644, created);
    await fill(privateKey, pair.privateKeyPem);
    await fill(publicKey, pair.publicKeyPem);
  } catch (error) {
    await Promise.all(created.map(({ file }) => rm(file, { force: true })));
    throw error;
  } finally {
    await Promise.all(created.map(({ handle }) => handle.close()));
  }
  return names;
}

async function createFile(file: string, mode: number, created: NewFile[]): Promise<NewFile> {
  try {
    const opened = { file, handle: await open(file, 'wx', mode) };
    created.push(opened);
    // The umask may have taken bits that the mode asks for.
    await opened.handle.chmod(mode);
    return opened;
  } catch (cause) {
    if (codeOf(cause) !== 'EEXIST') throw unwritable(file, cause);
    throw new KeyError(
      'KEY_EXISTS',
      `${file}: expected no such file, found one; nothing was written`,
      {
        cause,
        hint: 'choose another --output, or move the old key pair away',
      },
    );
  }
}

async function fill({ file, handle }: NewFile, text: string): Promise<void> {
  try {
    await handle.writeFile(text);
    await handle.sync();
  } catch (cause) {
    throw unwritable(file, cause);
  }
}

function unwritable(file: string, cause: unknown): KeyError {
  return new KeyError('KEY_UNWRITABLE', `${file}: cannot write the key pair: ${codeOf(cause)}`, {
    cause,
    hint: 'check that the folder is there, that this user may write to it, and that it has space',
  });
}

function codeOf(cause: unknown): string {
  return (cause as { code?: string }).code ?? 'an unknown error';
}
