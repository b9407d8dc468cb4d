/**
 * Where images go: `REGISTRY[/PREFIX]`, and how their paths are mapped into it.
 *
 * The default keeps the last part of the path, `security-products/dast` becomes
 * `PREFIX/dast`: that is where GitLab's templates look, given the prefix.
 */
import { isRepository, parseReference } from 'oras-js';
import { ImportError } from './import-error.js';

export interface Destination {
  readonly registry: string;
  /** Empty for the registry's root. */
  readonly prefix: string;
}

export interface Mapping {
  /** Keep the whole path below the prefix. Default false. */
  readonly keepPath?: boolean;
  /** Repository of the bundle to repository below the prefix; these win. */
  readonly rules?: ReadonlyMap<string, string>;
}

/** @throws ImportError `IMPORT_DESTINATION_INVALID`. */
export function parseDestination(text: string): Destination {
  const trimmed = text.replace(/\/$/, '');
  const slash = trimmed.indexOf('/');
  const registry = slash === -1 ? trimmed : trimmed.slice(0, slash);
  const prefix = slash === -1 ? '' : trimmed.slice(slash + 1);
  if (isHost(registry) && (prefix === '' || isRepository(prefix))) return { registry, prefix };
  throw new ImportError(
    'IMPORT_DESTINATION_INVALID',
    `expected REGISTRY/PREFIX, found ${JSON.stringify(text.slice(0, 300))}`,
    {
      hint: 'write for example registry.example.com/namespace, without https:// and without a tag',
    },
  );
}

/** `FROM=TO`, both repository paths. @throws ImportError `IMPORT_DESTINATION_INVALID`. */
export function parseMappingRule(text: string): readonly [from: string, to: string] {
  const [from = '', to = '', ...rest] = text.split('=');
  if (rest.length === 0 && isRepository(from) && isRepository(to)) return [from, to];
  throw new ImportError(
    'IMPORT_DESTINATION_INVALID',
    `expected FROM=TO with two repository paths, found ${JSON.stringify(text.slice(0, 300))}`,
    { hint: 'write for example security-products/dast=scanners/dast' },
  );
}

/** The repository at the destination's registry. */
export function mapRepository(
  repository: string,
  { prefix }: Destination,
  mapping: Mapping,
): string {
  const last = repository.slice(repository.lastIndexOf('/') + 1);
  const path = mapping.rules?.get(repository) ?? (mapping.keepPath === true ? repository : last);
  return prefix === '' ? path : `${prefix}/${path}`;
}

// A bare word would be read as a repository of docker.io, here it has to be a host.
function isHost(text: string): boolean {
  try {
    return parseReference(`${text}/x`).registry === text;
  } catch {
    return false;
  }
}
