/** Whether a name still leads to what was opened: another run may have put its own file there. */
import { stat, type FileHandle } from 'node:fs/promises';

/** False also where there is nothing by that name. */
export async function isSameFile(handle: FileHandle, name: string): Promise<boolean> {
  try {
    const [opened, named] = await Promise.all([
      handle.stat({ bigint: true }),
      stat(name, { bigint: true }),
    ]);
    return opened.ino === named.ino && opened.dev === named.dev;
  } catch {
    return false;
  }
}
