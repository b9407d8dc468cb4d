/**
 * What refers to an image: signatures, SBOMs, attestations.
 *
 * Registries without the referrers API keep the list under a tag made from the
 * digest. What stands there is not believed before it was looked at: some
 * registries take such a tag for the digest and answer with the image itself.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#referrers-tag-schema
 */
import type { Descriptor } from '../content/descriptor.js';
import type { Digest } from '../content/digest.js';
import { maxManifestBytes } from '../content/limits.js';
import { mediaTypes } from '../content/media-types.js';
import { parseDescriptor } from '../content/parse-descriptor.js';
import type { CallOptions } from '../content/target.js';
import { drain } from '../http/read-body.js';
import { readJson } from '../http/read-json.js';
import { arrayAt, objectAt } from '../json/json-fields.js';
import { parseStrictJson, type JsonArray, type JsonValue } from '../json/strict-json.js';
import { eachPage, type Page } from './each-page.js';
import { errorFromResponse } from './error-from-response.js';
import { contentType } from './manifest-body.js';
import type { Manifests } from './manifests.js';
import type { Link } from './referrer-link.js';
import { fallbackTag } from '../content/referrer-tags.js';
import { RegistryError } from './registry-error.js';
import {
  operationOn,
  requestTo,
  type RepositoryContext,
  type Rights,
} from './repository-context.js';

/** Another program may write the same list; after this many lost races something else is wrong. */
const maxRewrites = 3;

/** Each is asked for once more; an image that really has more is flooded, not signed. */
const maxReferrers = 10_000;

export class Referrers {
  private readonly context: RepositoryContext;
  private readonly manifests: Manifests;

  constructor(context: RepositoryContext, manifests: Manifests) {
    this.context = context;
    this.manifests = manifests;
  }

  async *list(
    subject: Pick<Descriptor, 'digest'>,
    options: CallOptions = {},
  ): AsyncGenerator<Descriptor, void, undefined> {
    const listed =
      (await this.listByApi(subject.digest, options)) ??
      (await this.listByTag(subject.digest, 'read', options));
    for (const [index, value] of listed.entries()) {
      const content = parseDescriptor(value, `manifests[${index}]`);
      // One registry lists the size of the whole artifact in place of the manifest's.
      const stored = await this.manifests.find(content.digest, 'read', options);
      yield stored === undefined ? content : { ...content, size: stored.size };
    }
  }

  /** Adds a pushed manifest to its subject's list, for registries that do not do it themselves. */
  async note(link: Link, options: CallOptions = {}): Promise<void> {
    const { registry, path, listUpdates } = this.context;
    const key = `${registry}/${path} ${link.subject}`;
    await listUpdates.run(key, () => this.addToTag(link, options));
  }

  private async addToTag(link: Link, options: CallOptions): Promise<void> {
    const digest = link.entry['digest'];
    for (let writes = 0; ; writes += 1) {
      const listed = await this.listByTag(link.subject, 'write', options);
      if (listed.some((entry) => digestIn(entry) === digest)) return;
      if (writes >= maxRewrites) throw this.notListed(link);
      await this.manifests.putIndex([...listed, link.entry], fallbackTag(link.subject), options);
    }
  }

  private notListed({ subject }: Link): RegistryError {
    const { registry } = this.context;
    const operation = operationOn(this.context, `adding to the referrers of ${subject}`);
    const tag = fallbackTag(subject);
    return new RegistryError(
      'REGISTRY_UNAVAILABLE',
      `${operation}: expected ${registry} to keep the list under ${tag}, found that it lost an entry ${maxRewrites} times`,
      { host: registry, operation, hint: 'try again when nobody else pushes signatures there' },
    );
  }

  /** @returns Undefined when the registry has no such API. */
  private async listByApi(digest: Digest, options: CallOptions): Promise<JsonArray | undefined> {
    const first = await requestTo(this.context, {
      method: 'GET',
      path: `referrers/${digest}`,
      doing: `listing the referrers of ${digest}`,
      rights: 'read',
      signal: options.signal,
      headers: { Accept: mediaTypes.ociIndex },
    });
    const entries: JsonValue[] = [];
    for await (const page of eachPage(this.context.send, first)) {
      if (!(await isReferrersList(page))) return undefined;
      const listed = await readJson(page.request, page.response, maxManifestBytes, entriesOf);
      if (entries.length + listed.length > maxReferrers) throw tooMany(page);
      for (const entry of listed) entries.push(entry);
    }
    return entries;
  }

  private async listByTag(
    subject: Digest,
    rights: Rights,
    options: CallOptions,
  ): Promise<JsonArray> {
    const found = await this.manifests.getIfThere(fallbackTag(subject), rights, options);
    if (found === undefined) return [];
    const { content, bytes } = found;
    const isList = content.mediaType === mediaTypes.ociIndex && content.digest !== subject;
    return isList ? entriesOf(parseStrictJson(bytes)) : [];
  }
}

/** False for every way in which registries say that they do not know this API. */
async function isReferrersList({ request, response }: Page): Promise<boolean> {
  if (response.status === 200 && contentType(response) === mediaTypes.ociIndex) return true;
  if (response.status >= 300 && response.status < 400)
    throw await errorFromResponse(request, response);
  await drain(response);
  return false;
}

function tooMany({ request, response }: Page): RegistryError {
  const { operation } = request;
  const { host } = response.url;
  return new RegistryError(
    'REGISTRY_TOO_LARGE',
    `${operation}: expected at most ${maxReferrers} from ${host}, found more`,
    { host, operation, hint: 'delete what refers to this image without need' },
  );
}

function entriesOf(value: JsonValue): JsonArray {
  return arrayAt(objectAt(value, 'the list')['manifests'] ?? [], 'manifests');
}

function digestIn(entry: JsonValue): JsonValue | undefined {
  return objectAt(entry, 'an entry of the list')['digest'];
}
