/** tinyproxy on a loopback port: a forward proxy that other hands wrote, with its log. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { probe } from './probe.js';
import { startService } from './service.js';
import { tempDir } from './temp-dir.js';

export interface TinyproxyOptions {
  /** Who may use it; everybody on this computer when absent. */
  readonly account?: { readonly user: string; readonly password: string };
}

export interface Tinyproxy extends AsyncDisposable {
  /** `127.0.0.1:8888` */
  readonly host: string;
  readonly port: number;
  /** What it was asked for so far: "CONNECT registry.test:443" or "GET http://registry.test/v2/". */
  asked(): Promise<readonly string[]>;
}

export async function startTinyproxy(options: TinyproxyOptions = {}): Promise<Tinyproxy> {
  const home = await tempDir();
  try {
    const port = await freePort();
    const log = join(home.path, 'log.txt');
    await writeFile(join(home.path, 'tinyproxy.conf'), tinyproxyConfig(port, log, options));
    const service = await startService({
      program: 'tinyproxy',
      args: ['-d', '-c', 'tinyproxy.conf'],
      folder: home.path,
      logFile: join(home.path, 'output.txt'),
      isUp: () => probe(`http://127.0.0.1:${port}/`),
    });
    return {
      host: `127.0.0.1:${port}`,
      port,
      asked: async () => requestsIn(await readFile(log, 'utf8')),
      [Symbol.asyncDispose]: async () => {
        await service.end('SIGKILL');
        await home[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await home[Symbol.asyncDispose]();
    throw error;
  }
}

function tinyproxyConfig(port: number, log: string, { account }: TinyproxyOptions): string {
  return [
    `Port ${port}`,
    'Listen 127.0.0.1',
    'Timeout 60',
    'MaxClients 100',
    `LogFile "${log}"`,
    'LogLevel Connect',
    ...(account === undefined ? [] : [`BasicAuth ${account.user} ${account.password}`]),
    '',
  ].join('\n');
}

function requestsIn(log: string): readonly string[] {
  const lines = [...log.matchAll(/Request \(file descriptor \d+\): (\S+ \S+) HTTP/g)];
  // The question by which it was found to be up is not a client's.
  return lines.map(([, request = '']) => request).filter((request) => request !== 'GET /');
}
