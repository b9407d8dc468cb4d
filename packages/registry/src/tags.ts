/**
 * The tags of a repository, in the order of their bytes, page by page.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags
 */
import type { Exchange } from './exchange.js';
import { tagsIn } from './names.js';
import type { Registry } from './registry.js';
import { methodRefused, Refusal } from './refusal.js';
import type { RouteOf } from './route.js';

export async function answerTags(
  { store }: Registry,
  exchange: Exchange,
  { repository }: RouteOf<'tags'>,
): Promise<void> {
  const { method, query, signal } = exchange;
  if (method !== 'GET' && method !== 'HEAD') throw methodRefused(method, ['GET', 'HEAD']);
  const limit = pageLength(query.get('n'));
  const { tags, isKnown } = await tagsIn(store, repository, { signal });
  if (!isKnown) {
    throw new Refusal(404, 'NAME_UNKNOWN', `no repository ${repository}`);
  }
  const last = query.get('last') ?? '';
  // Plain comparison: a collation of the reader's language would change with the machine.
  const rest = [...tags].sort().filter((tag) => last === '' || tag > last);
  const page = rest.slice(0, limit);
  const next = page.length < rest.length ? page.at(-1) : undefined;
  exchange.answerJson(
    { name: repository, tags: page },
    next === undefined ? {} : { Link: nextLink(repository, limit, next) },
  );
}

/** @throws Refusal 400 */
function pageLength(n: string | null): number {
  if (n === null) return Infinity;
  if (/^\d{1,9}$/.test(n)) return Number(n);
  throw new Refusal(400, 'UNSUPPORTED', 'expected n to be a number from 0 to 999999999');
}

function nextLink(repository: string, limit: number, last: string): string {
  const query = new URLSearchParams({ n: String(limit), last });
  return `</v2/${repository}/tags/list?${query.toString()}>; rel="next"`;
}
