/**
 * The tags of one repository, page by page.
 *
 * Pages are followed by their links within limits: a listing that repeats a
 * page or never ends is an error, not a long wait.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags
 */
import { isTag } from '../content/reference.js';
import { maxPageBytes } from '../content/limits.js';
import type { CallOptions } from '../content/target.js';
import { readJson } from '../http/read-json.js';
import type { HttpRequest } from '../http/send.js';
import { JsonError } from '../json/json-error.js';
import { arrayAt, objectAt, stringAt } from '../json/json-fields.js';
import type { JsonValue } from '../json/strict-json.js';
import { eachPage } from './each-page.js';
import { notARegistryHint } from './error-hints.js';
import { RegistryError } from './registry-error.js';
import { expectStatus, requestTo, type RepositoryContext } from './repository-context.js';

/** The most that every registry takes. */
const pageSize = 1000;

/** Ten times the largest repository known; whoever collects them holds all. */
const maxTags = 1_000_000;

export async function* listTags(
  context: RepositoryContext,
  options: CallOptions = {},
): AsyncGenerator<string, void, undefined> {
  const first = await requestTo(context, {
    method: 'GET',
    path: `tags/list?n=${pageSize}`,
    doing: 'listing the tags',
    rights: 'read',
    signal: options.signal,
  });
  let count = 0;
  for await (const { request, response } of eachPage(context.send, first)) {
    await expectStatus(request, response, 200);
    const tags = await readJson(request, response, maxPageBytes, tagsIn);
    count += tags.length;
    if (count > maxTags) throw tooMany(request);
    yield* tags;
  }
}

function tooMany({ operation, url }: HttpRequest): RegistryError {
  return new RegistryError(
    'REGISTRY_TOO_LARGE',
    `${operation}: expected at most ${maxTags} tags from ${url.host}, found more`,
    { host: url.host, operation, hint: notARegistryHint },
  );
}

function tagsIn(value: JsonValue): readonly string[] {
  const page = objectAt(value, 'the page');
  if (!('tags' in page) && !('name' in page)) throw new JsonError('expected "tags", found none');
  // Old servers say null for none, or leave them out.
  const listed = arrayAt(page['tags'] ?? [], 'tags');
  return listed.map((item, index) => {
    const tag = stringAt(item, `tags[${index}]`);
    if (!isTag(tag)) throw new JsonError(`expected a tag at tags[${index}]`);
    return tag;
  });
}
