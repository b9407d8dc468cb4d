/**
 * The reference registry as a child process on a loopback port.
 *
 * It was written by other hands than ours, so it can disagree with us; that is
 * what it is for. Its files live in a temp folder of its own and go with it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { probe, type ProbeTrust } from './probe.js';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';
import { registryConfig, type DockerRegistryOptions } from './docker-registry-config.js';
import { runProgram } from './run-program.js';
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
  const launch = () => launchRegistry(home.path, logFile, url, options.tls);
  let child = await launch();
  const kill = () => endChild(child, 'SIGKILL');
  return {
    url,
    host,
    port,
    folder: home.path,
    kill,
    restart: async () => {
      await kill();
      child = await launch();
    },
    [Symbol.asyncDispose]: async () => {
      await endChild(child, 'SIGTERM');
      await home[Symbol.asyncDispose]();
    },
  };
}

async function launchRegistry(
  folder: string,
  logFile: string,
  url: string,
  trust: ProbeTrust | undefined,
): Promise<ChildProcess> {
  const log = openSync(logFile, 'a');
  const child = spawn('docker-registry', ['serve', 'registry.yml'], {
    cwd: folder,
    stdio: ['ignore', log, log],
    // It would take settings from the environment before those of its file.
    env: { PATH: process.env['PATH'] },
  });
  closeSync(log);
  const ended = once(child, 'exit').then(([code]: unknown[]) => {
    throw new Error(
      `expected docker-registry to serve ${url}, found that it ended with ${String(code)}`,
    );
  });
  // Awaited below while it starts; later endings are somebody's wish.
  ended.catch(() => undefined);
  await Promise.race([eventually(() => probe(`${url}/v2/`, trust)), ended]);
  return child;
}

async function endChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
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
