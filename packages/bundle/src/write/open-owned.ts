/** Opens what an earlier run left, and nothing that somebody put in its place: no link, no pipe, no file of a stranger. */
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { isStranger, runningUser } from '../owner/running-user.js';

/**
 * @param access Flags of `open`, beside those that refuse.
 * @returns Undefined when there is no such file.
 */
export async function openOwned(file: string, access: number): Promise<FileHandle | undefined> {
  // A pipe that nobody writes to would hold the open for ever.
  const flags = access | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(file, flags).catch(() => undefined);
  const found = await handle?.stat();
  // What belongs to somebody else can be changed after it was proven.
  if (found?.isFile() === true && !isStranger(found, runningUser())) return handle;
  await handle?.close();
  return undefined;
}
