/**
 * Asks a Docker credential helper: `docker-credential-NAME get`, the host on its standard input.
 *
 * No shell is involved, the name is checked, time and output are bounded. What
 * a helper prints is never repeated in an error: it may be a password.
 *
 * @see https://github.com/docker/docker-credential-helpers#development
 */
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { onAbort } from '../async/on-abort.js';
import type { CallOptions } from '../content/target.js';
import { objectAt, stringAt } from '../json/json-fields.js';
import { parseStrictJson } from '../json/strict-json.js';
import { RegistryError } from '../registry/registry-error.js';
import type { Credential } from './credential.js';

export interface HelperOptions extends CallOptions {
  /** Handed on to the helper, which looks for its own settings there. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A helper may have to unlock a key ring, or to ask a cloud for a token. */
const helperTimeoutMs = 30_000;
const maxOutputBytes = 64 * 1024;
const nameForm = /^[A-Za-z0-9._-]{1,64}$/;
/** The way in which helpers say that they know nothing, on standard output. */
const notFound = 'credentials not found in native keychain';

/**
 * @returns Undefined when the helper has nothing for this server.
 * @throws RegistryError `CREDENTIALS_INVALID`
 */
export async function askCredentialHelper(
  name: string,
  server: string,
  options: HelperOptions,
): Promise<Credential | undefined> {
  if (!nameForm.test(name)) {
    throw broken(name, 'expected letters, digits, ".", "_" and "-" in the name of a helper');
  }
  const { status, output } = await run(`docker-credential-${name}`, server, options);
  if (status !== 0) {
    if (output.trim() === notFound) return undefined;
    throw broken(name, `expected the helper to end with 0, found ${status ?? 'a signal'}`);
  }
  return readAnswer(name, output);
}

function readAnswer(name: string, output: string): Credential {
  try {
    const answer = objectAt(parseStrictJson(Buffer.from(output)), 'the answer');
    const username = stringAt(answer['Username'], 'Username');
    const password = stringAt(answer['Secret'], 'Secret');
    // The helpers' sign for "this is a refresh token".
    return username === '<token>'
      ? { username: '', password: '', identityToken: password }
      : { username, password };
  } catch {
    throw broken(name, 'expected an answer with "Username" and "Secret", found something else');
  }
}

interface Ended {
  readonly status: number | null;
  readonly output: string;
}

function run(command: string, input: string, { env, signal }: HelperOptions): Promise<Ended> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn(command, ['get'], {
      env: { ...env },
      stdio: ['pipe', 'pipe', 'ignore'],
      windowsHide: true,
    });
    const stop = (): void => {
      child.kill();
      // What the helper started may outlive it; without a reader it ends, and so does the wait here.
      child.stdout.destroy();
    };
    const timer = setTimeout(stop, helperTimeoutMs);
    const stopListening = onAbort(signal, stop);
    const output = collect(child.stdout, stop);
    // A helper that ends without reading its input is judged by how it ends.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.once('error', (cause) => {
      clearTimeout(timer);
      stopListening();
      reject(missing(command, cause));
    });
    child.once('close', (status) => {
      clearTimeout(timer);
      stopListening();
      if (signal?.aborted === true) reject(signal.reason as Error);
      else resolve({ status, output: Buffer.concat(output).toString('utf8') });
    });
  });
}

/** Filled while the helper runs. */
function collect(stream: Readable, stop: () => void): Buffer[] {
  const chunks: Buffer[] = [];
  let received = 0;
  stream.on('data', (chunk: Buffer) => {
    received += chunk.byteLength;
    if (received <= maxOutputBytes) chunks.push(chunk);
    else stop();
  });
  return chunks;
}

function missing(command: string, cause: Error): RegistryError {
  return new RegistryError(
    'CREDENTIALS_INVALID',
    `expected to start the credential helper ${command}, found that it cannot be started`,
    { hint: `install ${command}, or take it out of the Docker configuration`, cause },
  );
}

function broken(name: string, sentence: string): RegistryError {
  return new RegistryError(
    'CREDENTIALS_INVALID',
    `credential helper ${JSON.stringify(name.slice(0, 64))}: ${sentence}`,
    { hint: 'run the helper by hand, or take it out of the Docker configuration' },
  );
}
