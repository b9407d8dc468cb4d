/**
 * Reads the signed list. Call it only after a signature over these very bytes was good.
 *
 * Everything that can be judged from the list alone is judged here; whether
 * the entries agree with the images is known only when the manifests are read.
 */
import {
  arrayAt,
  integerAt,
  JsonError,
  objectAt,
  onlyFields,
  parseAnnotations,
  parseStrictJson,
  stringAt,
  type JsonObject,
  type JsonValue,
} from 'oras-js';
import { BundleError } from '../bundle-error.js';
import { maxListDepth } from '../limits.js';
import { listPrefix, type BundleManifest } from './bundle-manifest.js';
import { checkList } from './check-list.js';
import { asciiAt, channelAt, digestAt, timeAt } from './list-fields.js';
import { parseAssumed, parseEntry, parseImage, parseSource } from './parse-list-items.js';

const fields = [
  '_type',
  'channel',
  'sequence',
  'created',
  'expires',
  'kind',
  'base',
  'previous',
  'audience',
  'sources',
  'images',
  'entries',
  'assumed',
  'totals',
  'requires',
  'tool',
  'annotations',
] as const;

/** Features named in `requires` that this program has: none yet. */
const knownFeatures: readonly string[] = [];

/** @throws BundleError `BUNDLE_LIST_INVALID` or `BUNDLE_TOO_NEW`. */
export function parseList(bytes: Uint8Array): BundleManifest {
  checkPrefix(bytes);
  try {
    const value = parseStrictJson(bytes, { maxDepth: maxListDepth, integersOnly: true });
    const list = objectAt(value, 'the list');
    checkFeatures(list['requires']);
    onlyFields(list, fields, 'the list');
    const manifest = readList(list);
    checkList(manifest);
    return manifest;
  } catch (cause) {
    if (!(cause instanceof JsonError)) throw cause;
    throw new BundleError('BUNDLE_LIST_INVALID', `the signed list is not valid: ${cause.message}`, {
      hint: 'ask the connected side to export again; this bundle was signed as it is',
      cause,
    });
  }
}

function checkPrefix(bytes: Uint8Array): void {
  const start = Buffer.from(bytes.subarray(0, listPrefix.length)).toString('latin1');
  if (start === listPrefix) return;
  const version = /^\{"_type":"application\/vnd\.sallyport\.bundle\.v([0-9]{1,6})\+json",/.exec(
    start,
  )?.[1];
  if (version !== undefined) {
    throw new BundleError(
      'BUNDLE_TOO_NEW',
      `expected a bundle of version 1, found version ${version}`,
      {
        hint: 'import it with a newer sallyport',
      },
    );
  }
  throw new BundleError(
    'BUNDLE_LIST_INVALID',
    'the signed list does not begin with the type of a bundle',
  );
}

function checkFeatures(value: JsonValue | undefined): void {
  const unknown = stringsOf(value, 'requires').find((name) => !knownFeatures.includes(name));
  if (unknown === undefined) return;
  throw new BundleError(
    'BUNDLE_TOO_NEW',
    `the bundle requires the feature ${JSON.stringify(unknown)}, which this program does not have`,
    { hint: 'import it with a newer sallyport' },
  );
}

function readList(list: JsonObject): BundleManifest {
  const { expires, base, previous, audience } = list;
  return {
    channel: channelAt(list['channel'], 'channel'),
    sequence: integerAt(list['sequence'], 'sequence'),
    created: timeAt(list['created'], 'created'),
    ...(expires === undefined ? {} : { expires: timeAt(expires, 'expires') }),
    kind: kindAt(list['kind']),
    ...(base === undefined ? {} : { base: readBase(base) }),
    previous: previous === null ? null : digestAt(previous, 'previous'),
    ...(audience === undefined ? {} : { audience: stringsOf(audience, 'audience') }),
    sources: each(list['sources'], 'sources', parseSource),
    images: each(list['images'], 'images', parseImage),
    entries: each(list['entries'], 'entries', parseEntry),
    assumed: each(list['assumed'], 'assumed', parseAssumed),
    totals: readTotals(list['totals']),
    requires: stringsOf(list['requires'], 'requires'),
    tool: asciiAt(list['tool'], 'tool', 200),
    annotations: readAnnotations(list['annotations']),
  };
}

function each<T>(
  value: JsonValue | undefined,
  where: string,
  read: (item: JsonValue, where: string) => T,
): readonly T[] {
  return arrayAt(value, where).map((item, index) => read(item, `${where}[${index}]`));
}

function stringsOf(value: JsonValue | undefined, where: string): readonly string[] {
  return each(value, where, (item, place) => asciiAt(item, place, 255));
}

function kindAt(value: JsonValue | undefined): BundleManifest['kind'] {
  const kind = stringAt(value, 'kind');
  if (kind === 'full' || kind === 'delta') return kind;
  throw new JsonError(
    `expected "full" or "delta" at kind, found ${JSON.stringify(kind.slice(0, 60))}`,
  );
}

function readBase(value: JsonValue): NonNullable<BundleManifest['base']> {
  const base = objectAt(value, 'base');
  onlyFields(base, ['bundle', 'sequence'], 'base');
  return {
    bundle: digestAt(base['bundle'], 'base.bundle'),
    sequence: integerAt(base['sequence'], 'base.sequence'),
  };
}

function readTotals(value: JsonValue | undefined): BundleManifest['totals'] {
  const totals = objectAt(value, 'totals');
  onlyFields(totals, ['entries', 'bytes'], 'totals');
  return {
    entries: integerAt(totals['entries'], 'totals.entries'),
    bytes: integerAt(totals['bytes'], 'totals.bytes'),
  };
}

function readAnnotations(value: JsonValue | undefined): Readonly<Record<string, string>> {
  const annotations = parseAnnotations(value, 'annotations');
  const entries = Object.entries(annotations);
  // Free text for people: room for a ticket number and a sentence, not for a document.
  if (
    entries.length > 64 ||
    entries.some(([key, text]) => key.length > 256 || text.length > 4096)
  ) {
    throw new JsonError(
      'expected at most 64 annotations with keys of 256 and values of 4096 characters',
    );
  }
  return annotations;
}
