/**
 * Reads `config.json` and `auth.json`, as Docker, Podman and their friends write them.
 *
 * An empty file holds no credentials. A broken one is an error that names the
 * file and nothing of what is in it.
 *
 * @see https://github.com/containers/image/blob/v5.34.0/docs/containers-auth.json.5.md
 */
import { readFile } from 'node:fs/promises';
import { objectAt, stringAt } from '../json/json-fields.js';
import { parseStrictJson, type JsonObject, type JsonValue } from '../json/strict-json.js';
import { RegistryError } from '../registry/registry-error.js';
import type { Credential } from './credential.js';

/** What such a file says, and where it stands. */
export interface DockerConfig {
  readonly file: string;
  /** Server, as written, to its entry. An entry without anything in it says "ask the store". */
  readonly auths: ReadonlyMap<string, Credential | undefined>;
  readonly credsStore: string | undefined;
  readonly credHelpers: ReadonlyMap<string, string>;
}

const maxConfigBytes = 4 * 1024 * 1024;

/**
 * @returns Undefined when there is no such file.
 * @throws RegistryError `CREDENTIALS_INVALID`
 */
export async function readDockerConfig(file: string): Promise<DockerConfig | undefined> {
  const bytes = await readIfThere(file);
  if (bytes === undefined) return undefined;
  const text = bytes
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trim();
  try {
    return parseConfig(file, text === '' ? {} : parseStrictJson(Buffer.from(text)));
  } catch {
    // Without the cause: what JSON errors quote may be a password.
    throw unreadable(file, 'the JSON of a Docker configuration');
  }
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    const bytes = await readFile(file);
    if (bytes.byteLength <= maxConfigBytes) return bytes;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw unreadable(file, 'a readable file', cause);
  }
  throw unreadable(file, `at most ${maxConfigBytes} bytes`);
}

function parseConfig(file: string, value: JsonValue): DockerConfig {
  const { auths, credsStore, credHelpers } = objectAt(value, 'the file');
  return {
    file,
    auths: new Map(
      Object.entries(objectAt(auths ?? {}, 'auths')).map(([server, entry]) => [
        server,
        parseEntry(objectAt(entry ?? {}, 'an entry of auths')),
      ]),
    ),
    credsStore: textIn(credsStore, 'credsStore'),
    credHelpers: new Map(
      Object.entries(objectAt(credHelpers ?? {}, 'credHelpers')).map(([server, helper]) => [
        server,
        stringAt(helper, 'an entry of credHelpers'),
      ]),
    ),
  };
}

function parseEntry(entry: JsonObject): Credential | undefined {
  const identityToken = textIn(entry['identitytoken'], 'identitytoken');
  const registryToken = textIn(entry['registrytoken'], 'registrytoken');
  const pair = decodePair(textIn(entry['auth'], 'auth'));
  const username = pair?.username ?? textIn(entry['username'], 'username');
  const password = pair?.password ?? textIn(entry['password'], 'password');
  const isEmpty = [username, password, identityToken, registryToken].every(
    (text) => text === undefined,
  );
  if (isEmpty) return undefined;
  // Whoever gets it would take what follows for the beginning of the password.
  if (username?.includes(':') === true) throw new RangeError('a user name with a colon');
  return {
    username: username ?? '',
    password: password ?? '',
    ...(identityToken === undefined ? {} : { identityToken }),
    ...(registryToken === undefined ? {} : { registryToken }),
  };
}

/** Base64 of `user:password`; a password may hold colons, a user name none. */
function decodePair(text: string | undefined): { username: string; password: string } | undefined {
  if (text === undefined) return undefined;
  // Docker pads what it writes with NUL bytes.
  const pair = Buffer.from(text, 'base64').toString('utf8').replace(/\0+$/, '');
  const colon = pair.indexOf(':');
  if (colon === -1) throw new RangeError('no colon');
  return { username: pair.slice(0, colon), password: pair.slice(colon + 1) };
}

function textIn(value: JsonValue | undefined, where: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  const text = stringAt(value, where);
  return text === '' ? undefined : text;
}

function unreadable(file: string, expected: string, cause?: unknown): RegistryError {
  return new RegistryError('CREDENTIALS_INVALID', `${file}: expected ${expected}`, {
    hint: 'log in again, or correct the file',
    cause,
  });
}
