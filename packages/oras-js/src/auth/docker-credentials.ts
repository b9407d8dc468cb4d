/**
 * Finds credentials where people already have them.
 *
 * In this order: the file that was named, the variables of a GitLab job (for
 * its own registry only), Docker's folder of choice, then Podman's and Docker's
 * usual files. The first place that knows the registry wins. Within a file: the
 * helper of that registry, the store, the entry.
 */
import { join } from 'node:path';
import { RegistryError } from '../registry/registry-error.js';
import { askCredentialHelper } from './credential-helper.js';
import type { Credential, CredentialOptions, CredentialSource } from './credential.js';
import { readDockerConfig, type DockerConfig } from './docker-config.js';
import { helperServer, namesServer } from './server-names.js';

/** Where to look: the library itself reads no environment. */
export interface DockerCredentialsOptions {
  /** Asked first, and has to exist. */
  readonly configFile?: string | undefined;
  /** Of the program: nothing is read from the environment here. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
}

/**
 * A source over the files that Docker and Podman keep. They are read each time the source is asked;
 * a client asks once for each registry and repository, and again when it was refused.
 *
 * The source rejects with RegistryError `CREDENTIALS_INVALID` for a file that cannot be understood
 * and for a helper that fails; a helper has 30 seconds.
 */
export function dockerCredentials(options: DockerCredentialsOptions): CredentialSource {
  return async (host, call = {}) => {
    const named = await fromNamedFile(options, host, call);
    if (named !== undefined) return named;
    const job = fromGitLabJob(options.env, host);
    if (job !== undefined) return job;
    for (const file of usualFiles(options)) {
      const config = await readDockerConfig(file);
      const found = config && (await fromConfig(config, host, options.env, call));
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

async function fromNamedFile(
  { configFile, env }: DockerCredentialsOptions,
  host: string,
  call: CredentialOptions,
): Promise<Credential | undefined> {
  if (configFile === undefined) return undefined;
  return fromConfig(await requireDockerConfig(configFile), host, env, call);
}

/**
 * For a file that somebody named, also where no registry asks who they are.
 *
 * @throws RegistryError `CREDENTIALS_INVALID`, also when it is not there.
 */
export async function requireDockerConfig(configFile: string): Promise<DockerConfig> {
  const config = await readDockerConfig(configFile);
  if (config !== undefined) return config;
  throw new RegistryError('CREDENTIALS_INVALID', `${configFile}: expected a file, found none`, {
    hint: 'correct the path of the credentials file',
  });
}

/** @see https://docs.gitlab.com/ci/variables/predefined_variables/ */
function fromGitLabJob(
  env: Readonly<Record<string, string | undefined>>,
  host: string,
): Credential | undefined {
  const registry = env['CI_REGISTRY'] ?? '';
  const username = env['CI_REGISTRY_USER'] ?? '';
  const password = env['CI_REGISTRY_PASSWORD'] ?? '';
  if (registry === '' || username === '' || password === '') return undefined;
  return namesServer(registry, host, undefined) ? { username, password } : undefined;
}

function usualFiles({ env, homeDirectory }: DockerCredentialsOptions): readonly string[] {
  const folderOrNone = (folder: string | undefined, ...path: string[]): string[] =>
    folder === undefined || folder === '' ? [] : [join(folder, ...path)];
  return [
    ...folderOrNone(env['DOCKER_CONFIG'], 'config.json'),
    ...folderOrNone(env['REGISTRY_AUTH_FILE']),
    ...folderOrNone(env['XDG_RUNTIME_DIR'], 'containers', 'auth.json'),
    ...folderOrNone(
      env['XDG_CONFIG_HOME'] ?? join(homeDirectory, '.config'),
      'containers',
      'auth.json',
    ),
    join(homeDirectory, '.docker', 'config.json'),
  ];
}

async function fromConfig(
  config: DockerConfig,
  host: string,
  env: DockerCredentialsOptions['env'],
  { repository, signal }: CredentialOptions,
): Promise<Credential | undefined> {
  const helper = bestEntry(config.credHelpers, host, repository);
  if (helper !== undefined) {
    return askCredentialHelper(helper.value, helperServer(host), { env, signal });
  }
  const stored =
    config.credsStore === undefined
      ? undefined
      : await askCredentialHelper(config.credsStore, helperServer(host), { env, signal });
  return stored ?? bestEntry(config.auths, host, repository)?.value;
}

/** The longest name is the most exact one. */
function bestEntry<Value>(
  entries: ReadonlyMap<string, Value>,
  host: string,
  repository: string | undefined,
): { readonly value: Value } | undefined {
  const best = [...entries.keys()]
    .filter((entry) => namesServer(entry, host, repository))
    .sort((a, b) => b.length - a.length)[0];
  return best === undefined ? undefined : { value: entries.get(best) as Value };
}
