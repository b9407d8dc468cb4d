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
import { JsonError } from '../json/json-error.js';
import { arrayAt, objectAt, stringAt } from '../json/json-fields.js';
import type { JsonValue } from '../json/strict-json.js';
import { eachPage } from './each-page.js';
import { expectStatus, requestTo, type RepositoryContext } from './repository-context.js';

/** The most that every registry takes. */
const pageSize = 1000;

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
  for await (const { request, response } of eachPage(context.send, first)) {
    await expectStatus(request, response, 200);
    yield* await readJson(request, response, maxPageBytes, tagsIn);
  }
}

function tagsIn(value: JsonValue): readonly string[] {
  const { tags } = objectAt(value, 'the page');
  // Old servers say null for none.
  const listed = arrayAt(tags ?? [], 'tags');
  return listed.map((item, index) => {
    const tag = stringAt(item, `tags[${index}]`);
    if (!isTag(tag)) throw new JsonError(`expected a tag at tags[${index}]`);
    return tag;
  });
}
