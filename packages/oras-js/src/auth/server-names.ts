/**
 * The names under which one registry stands in credential files.
 *
 * Tools wrote the bare host, the host with a scheme, and the address of an API
 * version; Docker Hub has a name of its own that is none of its hosts.
 */

/** @returns True when the entry is for this registry and, if it names a path, for this repository. */
export function namesServer(entry: string, host: string, repository: string | undefined): boolean {
  const { entryHost, path } = splitEntry(entry);
  if (!aliasesOf(host).includes(entryHost)) return false;
  if (path === '') return true;
  return repository !== undefined && (repository === path || repository.startsWith(`${path}/`));
}

/** The name to ask a credential helper by. */
export function helperServer(host: string): string {
  return isDockerHub(host) ? 'https://index.docker.io/v1/' : host;
}

function splitEntry(entry: string): { entryHost: string; path: string } {
  const bare = entry
    .trim()
    .replace(/^https?:\/\//i, '')
    .replace(/\/+$/, '');
  const slash = bare.indexOf('/');
  if (slash === -1) return { entryHost: bare.toLowerCase(), path: '' };
  const path = bare.slice(slash + 1);
  // The version of an API is not a part of the registry.
  return { entryHost: bare.slice(0, slash).toLowerCase(), path: /^v[12]$/.test(path) ? '' : path };
}

function aliasesOf(host: string): readonly string[] {
  const name = host.toLowerCase();
  if (isDockerHub(name)) return ['docker.io', 'index.docker.io', 'registry-1.docker.io'];
  // Some tools write the default port, some leave it out.
  if (name.endsWith(':443')) return [name, name.slice(0, -':443'.length)];
  return [name, `${name}:443`];
}

function isDockerHub(host: string): boolean {
  return ['docker.io', 'index.docker.io', 'registry-1.docker.io'].includes(host.toLowerCase());
}
