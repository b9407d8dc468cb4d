/**
 * Another registry that other hands wrote, as a child process on a loopback port.
 *
 * It lists referrers itself and cancels uploads, which the reference registry of Debian does not.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { probe } from './probe.js';
import { startService } from './service.js';
import { tempDir, type TempDir } from './temp-dir.js';

export interface Zot extends AsyncDisposable {
  readonly url: string;
  /** `127.0.0.1:5000`: what stands before the repository in an image name. */
  readonly host: string;
  readonly port: number;
  /** Holds `data`, the storage, and `log.txt`. */
  readonly folder: string;
}

export async function startZot(): Promise<Zot> {
  const home = await tempDir();
  try {
    return await startIn(home);
  } catch (error) {
    await home[Symbol.asyncDispose]();
    throw error;
  }
}

async function startIn(home: TempDir): Promise<Zot> {
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const config = {
    distSpecVersion: '1.1.1',
    storage: { rootDirectory: join(home.path, 'data') },
    http: { address: '127.0.0.1', port: String(port) },
    log: { level: 'info' },
  };
  await writeFile(join(home.path, 'zot.json'), JSON.stringify(config));
  const service = await startService({
    program: 'zot',
    args: ['serve', 'zot.json'],
    folder: home.path,
    logFile: join(home.path, 'log.txt'),
    isUp: () => probe(`http://${host}/v2/`),
  });
  return {
    url: `http://${host}`,
    host,
    port,
    folder: home.path,
    [Symbol.asyncDispose]: async () => {
      await service.end('SIGTERM');
      await home[Symbol.asyncDispose]();
    },
  };
}
