/**
 * What a token is asked for.
 *
 * @see https://github.com/distribution/distribution/blob/v2.8.3/docs/spec/auth/scope.md
 */

export type Action = 'pull' | 'push' | 'delete';

export interface Scope {
  readonly repository: string;
  readonly actions: readonly Action[];
}

export function formatScope({ repository, actions }: Scope): string {
  return `repository:${repository}:${actions.join(',')}`;
}

/**
 * One text for each resource, its actions merged: some token servers let the second mention of a
 * repository replace the first, and some look only at the first text, so order is kept.
 */
export function mergeScopes(texts: readonly string[]): readonly string[] {
  const merged = new Map<string, Set<string>>();
  for (const text of texts) {
    // The resource may hold colons of its own, as in host:port/name.
    const colon = text.lastIndexOf(':');
    const resource = text.slice(0, colon);
    const actions = text.slice(colon + 1).split(',');
    merged.set(resource, new Set([...(merged.get(resource) ?? []), ...actions]));
  }
  return [...merged].map(([resource, actions]) => `${resource}:${[...actions].sort().join(',')}`);
}
