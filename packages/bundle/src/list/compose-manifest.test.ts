/** The plan of a bundle: one list for one plan, and none that a reader would refuse. */
import { describe, expect, it } from '@jest/globals';
import { tinyImage, tinyReferrer, type HandmadeImage } from '@sallyport/testing';
import { digestOf } from 'oras-js';
import { plannedBundle } from '../test-bundles/planning.test.js';
import type { BundleImage } from './bundle-manifest.js';
import { composeManifest, type BundlePlan } from './compose-manifest.js';
import { encodeList } from './encode-list.js';
import { parseList } from './parse-list.js';

async function variedImages(): Promise<readonly HandmadeImage[]> {
  const several = await tinyImage({ platforms: ['linux/amd64', 'linux/arm64/v8'] });
  return [
    {
      image: several,
      tags: ['6', 'latest'],
      referrers: [
        { image: tinyReferrer(several.root) },
        { image: tinyReferrer(several.root, { text: 'signature' }), tag: 'sha256-1.sig' },
      ],
    },
    { image: await tinyImage({ docker: true, seed: 'docker' }), repository: 'team/docker' },
    { image: await tinyImage({ seed: 'untagged' }), repository: 'untagged', tags: [] },
  ];
}

describe('composing the list of a bundle', () => {
  it('gives the same bytes for the same plan', async () => {
    const [one, two] = [
      await plannedBundle(await variedImages()),
      await plannedBundle(await variedImages()),
    ];
    expect(encodeList(composeManifest(one.plan))).toEqual(encodeList(composeManifest(two.plan)));
  });

  it('gives the same bytes however the objects of the plan were built', async () => {
    const { plan } = await plannedBundle(await variedImages());
    const shuffled = {
      ...plan,
      images: reversedKeys(plan.images),
      sources: reversedKeys(plan.sources),
    };
    expect(encodeList(composeManifest(shuffled))).toEqual(encodeList(composeManifest(plan)));
  });

  it('gives the list that was made by hand from the format page', async () => {
    const { plan, made } = await plannedBundle(await variedImages());
    expect(String(encodeList(composeManifest(plan)))).toBe(String(made.list));
  });

  it('numbers a bundle by its second when nobody counts', async () => {
    const { plan } = await plannedBundle();
    expect(composeManifest({ ...plan, sequence: undefined }).sequence).toBe(
      Date.UTC(2026, 0, 2, 3, 4, 5) / 1000,
    );
    expect(composeManifest({ ...plan, sequence: 7 }).sequence).toBe(7);
  });

  it('cuts fractions of a second', async () => {
    const { plan } = await plannedBundle();
    const created = new Date('2026-01-02T03:04:05.999Z');
    expect(composeManifest({ ...plan, created, sequence: undefined })).toMatchObject({
      created: '2026-01-02T03:04:05Z',
      sequence: 1_767_323_045,
    });
  });

  it('is read back as it was composed, every field of it', async () => {
    const { plan } = await plannedBundle(await variedImages());
    const composed = composeManifest({
      ...plan,
      expires: new Date('2026-02-03T00:00:00Z'),
      annotations: { b: 'zwei', a: 'eins ✓' },
    });
    expect(parseList(encodeList(composed))).toEqual(composed);
  });

  it('sorts annotations, whoever wrote them first', async () => {
    const { plan } = await plannedBundle();
    const text = (annotations: Record<string, string>): string =>
      String(encodeList(composeManifest({ ...plan, annotations })));
    expect(text({ b: '', a: '' })).toBe(text({ a: '', b: '' }));
  });

  it.each<readonly [what: string, change: (plan: BundlePlan) => object]>([
    ['a channel that is none', () => ({ channel: 'Nightly' })],
    ['sequence 0', () => ({ sequence: 0 })],
    ['an end before the start', ({ created }) => ({ expires: created })],
    ['a tool in another script', () => ({ tool: 'sallyport ✓' })],
    [
      'too many annotations',
      () => ({
        annotations: Object.fromEntries(
          Array.from({ length: 65 }, (_value, key) => [`k${key}`, '']),
        ),
      }),
    ],
    ['a tag that is none', ({ images }) => ({ images: inEach(images, { tags: ['a b'] }) })],
    ['the same tag twice', ({ images }) => ({ images: inEach(images, { tags: ['a', 'a'] }) })],
    [
      'an upper-case repository',
      ({ images }) => ({ images: inEach(images, { repository: 'App' }) }),
    ],
    [
      'a platform of one part',
      ({ images }) => ({
        images: inEach(images, { platforms: [{ digest: images[0]?.digest, platform: 'linux' }] }),
      }),
    ],
    ['an image that comes from nowhere', () => ({ sources: [] })],
    ['a host with a newline', ({ sources }) => ({ sources: inEach(sources, { host: 'a\nb' }) })],
  ])('refuses %s, as a reader would', async (_what, change) => {
    const { plan } = await plannedBundle();
    const broken = { ...plan, ...change(plan) };
    expect(() => composeManifest(broken)).toThrow(
      expect.objectContaining({ code: 'BUNDLE_LIST_INVALID' }),
    );
  });

  it('refuses an image whose manifest was not read', async () => {
    const { plan } = await plannedBundle();
    const other: Partial<BundleImage> = { digest: digestOf('another'), platforms: [] };
    const broken = { ...plan, images: inEach(plan.images, other) };
    expect(() => composeManifest(broken)).toThrow(
      expect.objectContaining({ code: 'BUNDLE_CONTENT_MISMATCH' }),
    );
  });

  it('refuses a list that a reader would not hold in memory', async () => {
    const { plan } = await plannedBundle();
    const sources = Array.from({ length: 100_000 }, () => plan.sources).flat();
    expect(() => composeManifest({ ...plan, sources })).toThrow(
      expect.objectContaining({ code: 'BUNDLE_LIMIT' }),
    );
  });
});

function inEach<Item extends object>(items: readonly Item[], fields: object): readonly Item[] {
  return items.map((item) => ({ ...item, ...fields }));
}

function reversedKeys<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(reversedKeys) as Value;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, reversedKeys(item)] as const);
  return Object.fromEntries(entries.reverse()) as Value;
}
