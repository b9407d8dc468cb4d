/** One file that a reader may open again and again; in memory where the system offers that. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const inMemory = '/dev/shm';

/** @returns {{ folder: string, file: string, close: () => void }} */
export function openScratch(name) {
  const parent = existsSync(inMemory) ? inMemory : tmpdir();
  const folder = mkdtempSync(join(parent, 'sallyport-fuzz-'));
  const close = () => {
    rmSync(folder, { recursive: true });
  };
  return { folder, file: join(folder, name), close };
}
