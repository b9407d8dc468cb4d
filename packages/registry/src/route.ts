/**
 * Which endpoint a path names.
 *
 * A path is split first and decoded then, part by part, and each part has to
 * match the grammar of what it stands for. So "..", encoded slashes and NUL
 * are names that do not exist, long before anything looks at a disk.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#endpoints
 */
import { isRepository } from 'oras-js';
import { Refusal } from './refusal.js';

export type Route =
  | { readonly kind: 'base' }
  | { readonly kind: 'blob'; readonly repository: string; readonly digest: string }
  | { readonly kind: 'uploads'; readonly repository: string }
  | { readonly kind: 'upload'; readonly repository: string; readonly id: string }
  | { readonly kind: 'manifest'; readonly repository: string; readonly reference: string }
  | { readonly kind: 'tags'; readonly repository: string }
  | { readonly kind: 'referrers'; readonly repository: string; readonly digest: string };

export type RouteOf<Kind extends Route['kind']> = Extract<Route, { readonly kind: Kind }>;

/** @throws Refusal 404 or 400. */
export function parseRoute(path: string): Route {
  if (path === '/v2' || path === '/v2/') return { kind: 'base' };
  if (!path.startsWith('/v2/')) throw noSuchPath();
  const parts = path.slice('/v2/'.length).split('/').map(decodePart);
  const last = parts.at(-1) ?? '';
  const keyword = parts.at(-2);
  const name = parts.slice(0, -2);
  if (keyword === 'uploads' && name.at(-1) === 'blobs') {
    const repository = repositoryOf(name.slice(0, -1));
    return last === '' ? { kind: 'uploads', repository } : { kind: 'upload', repository, id: last };
  }
  switch (keyword) {
    case 'blobs':
      // Without the trailing slash; some clients leave it out.
      if (last === 'uploads') return { kind: 'uploads', repository: repositoryOf(name) };
      return { kind: 'blob', repository: repositoryOf(name), digest: last };
    case 'manifests':
      return { kind: 'manifest', repository: repositoryOf(name), reference: last };
    case 'referrers':
      return { kind: 'referrers', repository: repositoryOf(name), digest: last };
    case 'tags':
      if (last !== 'list') throw noSuchPath();
      return { kind: 'tags', repository: repositoryOf(name) };
    default:
      throw noSuchPath();
  }
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw noSuchPath();
  }
}

function repositoryOf(parts: readonly string[]): string {
  const name = parts.join('/');
  // An encoded slash would make one name out of two spellings.
  if (parts.some((part) => part.includes('/')) || !isRepository(name)) {
    throw new Refusal(
      400,
      'NAME_INVALID',
      `expected a repository name in lower case, found ${JSON.stringify(name.slice(0, 100))}`,
    );
  }
  return name;
}

function noSuchPath(): Refusal {
  return new Refusal(404, 'NAME_UNKNOWN', 'no such path in the registry API');
}
