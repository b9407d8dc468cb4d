/**
 * The reference registry as a child process on a loopback port.
 *
 * It was written by other hands than ours, so it can disagree with us; that is
 * what it is for. Its files live in a temp folder of its own and go with it.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { probe } from './probe.js';
import { freePort } from './free-port.js';
import { registryConfig, type DockerRegistryOptions } from './docker-registry-config.js';
import { runProgram } from './run-program.js';
import { startService } from './service.js';
import { tempDir, type TempDir } from './temp-dir.js';

export interface DockerRegistry extends AsyncDisposable {
  /** `http://127.0.0.1:5000`, or https with the name localhost when it has a certificate. */
  readonly url: string;
  /** `127.0.0.1:5000`: what stands before the repository in an image name. */
  readonly host: string;
  readonly port: number;
  /** Holds `data`, the storage, and `log.txt` unless a log file was given. */
  readonly folder: string;
  /** Ends it at once, as a power cut would; the storage stays. */
  kill(): Promise<void>;
  /** Starts it again on the same port and storage. */
  restart(): Promise<void>;
}

export async function startDockerRegistry(
  options: DockerRegistryOptions = {},
): Promise<DockerRegistry> {
  const home = await tempDir();
  try {
    return await startIn(home, options);
  } catch (error) {
    await home[Symbol.asyncDispose]();
    throw error;
  }
}

async function startIn(home: TempDir, options: DockerRegistryOptions): Promise<DockerRegistry> {
  const port = await freePort();
  const host = `${options.tls === undefined ? '127.0.0.1' : 'localhost'}:${port}`;
  const url = `${options.tls === undefined ? 'http' : 'https'}://${host}`;
  const logFile = options.logFile ?? join(home.path, 'log.txt');
  if (options.htpasswd !== undefined) await writePasswords(home.path, options.htpasswd);
  await writeFile(join(home.path, 'registry.yml'), registryConfig(home.path, port, options));
  const launch = () =>
    startService({
      program: 'docker-registry',
      args: ['serve', 'registry.yml'],
      folder: home.path,
      logFile,
      isUp: () => probe(`${url}/v2/`, options.tls),
    });
  let service = await launch();
  const kill = () => service.end('SIGKILL');
  return {
    url,
    host,
    port,
    folder: home.path,
    kill,
    restart: async () => {
      await kill();
      service = await launch();
    },
    [Symbol.asyncDispose]: async () => {
      await service.end('SIGTERM');
      await home[Symbol.asyncDispose]();
    },
  };
}

async function writePasswords(
  folder: string,
  { user, password }: { readonly user: string; readonly password: string },
): Promise<void> {
  // Read from standard input, so the password is in no list of processes; it takes bcrypt only.
  const { code, stdout, stderr } = await runProgram('htpasswd', ['-niB', user], {
    input: password,
  });
  if (code !== 0) throw new Error(`expected htpasswd to make a password file, found: ${stderr}`);
  await writeFile(join(folder, 'htpasswd'), stdout);
}
