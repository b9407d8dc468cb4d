/** Any list that is right is read as what was written, from one spelling. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { digestOf } from 'oras-js';
import { blobPath } from './blob-path.js';
import type { BundleEntry, BundleImage, BundleManifest, BundleSource } from './bundle-manifest.js';
import { encodeList } from './encode-list.js';
import { parseList } from './parse-list.js';

const plain = { noNullPrototype: true } as const;
const ascii = fc.string({ unit: 'grapheme-ascii', maxLength: 60 });
const digest = fc.uint8Array({ maxLength: 8 }).map(digestOf);
const name = fc.stringMatching(/^[a-z0-9]{1,8}((-|_|\.)[a-z0-9]{1,8}){0,2}(\/[a-z0-9]{1,8}){0,2}$/);
const mediaType = fc.constantFrom(
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.layer.v1.tar+gzip',
);
// Few enough that the sum of any number of them stays exact.
const size = fc.nat({ max: 2 ** 40 });
const seconds = fc.integer({ min: 0, max: 4_000_000_000 });
const timeOf = (unixSeconds: number): string =>
  new Date(unixSeconds * 1000).toISOString().replace('.000Z', 'Z');

const upstreamSignature = fc.oneof(
  fc.constantFrom({ state: 'none-found' } as const, { state: 'not-checked' } as const),
  fc.stringMatching(/^[a-f0-9]{64}$/).map((key) => ({ state: 'verified', key }) as const),
);

const source = fc.record(
  {
    host: fc.constantFrom('registry.example.com', 'localhost:5000'),
    repository: name,
    reference: fc.constantFrom('1.0', 'latest'),
    digest,
    resolved: seconds.map(timeOf),
    upstreamSignature,
  },
  plain,
);

const image = fc.record(
  {
    repository: name,
    tags: fc.uniqueArray(fc.stringMatching(/^[a-z0-9_][a-z0-9._-]{0,10}$/), { maxLength: 3 }),
    digest,
    mediaType: fc.constant('application/vnd.oci.image.manifest.v1+json'),
    size,
    platforms: fc.array(
      fc.record(
        { digest, platform: fc.constantFrom('linux/amd64', 'linux/arm64/v8') },
        { requiredKeys: ['digest'], ...plain },
      ),
      { maxLength: 2 },
    ),
    referrers: fc.constant([]),
  },
  plain,
);

function sourceOf({ repository, digest: of }: BundleImage, like?: BundleSource): BundleSource {
  const resolved = timeOf(0);
  const fresh = { host: 'ghcr.io', reference: '1', resolved, upstreamSignature: notChecked };
  return { ...fresh, ...like, repository, digest: of };
}

const notChecked = { state: 'not-checked' } as const;

const layoutEntries = ['oci-layout', 'index.json', 'manifest.json'].map((path): BundleEntry => ({
  path,
  size: 30,
  digest: digestOf(path),
}));
const blobs = fc
  .uniqueArray(fc.record({ digest, size, mediaType }, plain), {
    selector: (each) => each.digest,
    maxLength: 8,
  })
  .map((each) => each.map((blob): BundleEntry => ({ path: blobPath(blob.digest), ...blob })));

const manifest = fc
  .record({
    channel: fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,63}$/),
    sequence: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    created: seconds,
    lifetime: fc.option(fc.integer({ min: 1, max: 1_000_000 })),
    previous: fc.option(digest),
    audience: fc.option(fc.array(ascii, { maxLength: 3 })),
    sources: fc.array(source, { maxLength: 3 }),
    images: fc.uniqueArray(image, { selector: ({ repository }) => repository, maxLength: 3 }),
    blobs,
    tool: ascii,
    annotations: fc.dictionary(fc.string(), fc.string({ unit: 'grapheme' }), {
      maxKeys: 4,
      ...plain,
    }),
  })
  .filter(({ annotations }) => !forbidden.some((key) => Object.hasOwn(annotations, key)))
  .map(({ created, lifetime, audience, blobs: carried, sources, ...fields }): BundleManifest => {
    const entries = [...layoutEntries, ...carried];
    return {
      ...fields,
      // Every image has one of its own, and there may be more.
      sources: [...fields.images.map((each, at) => sourceOf(each, sources.at(at))), ...sources],
      created: timeOf(created),
      ...(lifetime === null ? {} : { expires: timeOf(created + lifetime) }),
      ...(audience === null ? {} : { audience }),
      kind: 'full',
      entries,
      assumed: [],
      totals: {
        entries: entries.length,
        bytes: entries.reduce((sum, entry) => sum + entry.size, 0),
      },
      requires: [],
    };
  });

const forbidden = ['__proto__', 'constructor', 'prototype'];

describe('writing the signed list', () => {
  it('writes what is read back the same', () => {
    fc.assert(
      fc.property(manifest, (list) => {
        expect(parseList(encodeList(list))).toEqual(list);
      }),
      { seed: 1 },
    );
  });

  it('gives one list one spelling, whatever the order of its fields was', () => {
    fc.assert(
      fc.property(manifest, (list) => {
        const annotations = reversed(list.annotations);
        const other = reversed<unknown>({ ...list, annotations }) as unknown as BundleManifest;
        expect(encodeList(other)).toEqual(encodeList(list));
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it('writes nothing that is read though a total of it is wrong', () => {
    const totals = fc.record({ entries: fc.nat(20), bytes: fc.maxSafeNat() }, plain);
    fc.assert(
      fc.property(manifest, totals, (list, wrong) => {
        fc.pre(wrong.bytes !== list.totals.bytes || wrong.entries !== list.totals.entries);
        expect(() => parseList(encodeList({ ...list, totals: wrong }))).toThrow('totals');
      }),
      { seed: 1, numRuns: 50 },
    );
  });
});

function reversed<Value>(fields: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(fields).reverse());
}
