/** Whether the blobs of a bundle are read when the destination says that it has every manifest. */
import { describe, expect, it } from '@jest/globals';
import { openBundle, openFileInput, parsePublicKey } from '@sallyport/bundle';
import {
  asFileOrPipe,
  handmadeBundle,
  startRegistry,
  tinyImage,
  type TestRegistry,
} from '@sallyport/testing';
import { RegistryClient } from 'oras-js';
import { importBundle, type ImportOptions, type ImportReport } from './import-bundle.js';
import { importReceipt } from './receipt/import-receipt.js';

const circumstances = {
  tool: 'sallyport 0',
  host: 'desk',
  file: 'test.tar',
  started: '2026-01-01T00:00:00Z',
  finished: '2026-01-01T00:00:01Z',
  reasons: [],
  notes: [],
  proof: null,
};

/** @returns The report, and what the registry was asked meanwhile. */
async function importInto(
  registry: TestRegistry,
  change: (bytes: Buffer) => void,
  options: ImportOptions = {},
) {
  const images = await Promise.all([1, 2].map(async (seed) => tinyImage({ seed: String(seed) })));
  const { bytes, publicKeyPem } = await handmadeBundle({
    images: images.map((image, index) => ({ image, repository: `group/app${index}` })),
  });
  change(bytes);
  const trust = { keys: [parsePublicKey(publicKeyPem, 'test.pub')], threshold: 1 };
  await using client = new RegistryClient();
  const connect = (repository: string) => client.repository(registry.host, repository);
  const before = registry.requests.length;
  const reports: ImportReport[] = [];
  await asFileOrPipe(bytes, 'a file', async (source) => {
    await using input = await openFileInput(source as string);
    const bundle = await openBundle(input, trust);
    const destination = { registry: registry.host, prefix: 'to' };
    reports.push(await importBundle({ bundle, destination, mapping: {}, connect }, options));
  });
  const asked = registry.requests.slice(before).map(({ method, path }) => `${method} ${path}`);
  return { report: reports[0], asked };
}

const unchanged = (): void => undefined;
/** In the last blob: before the two blocks of zeros at the end, and the padding. */
const spoiled = (bytes: Buffer): void => {
  const last = bytes.findLastIndex((byte) => byte !== 0);
  bytes[last] = (bytes[last] ?? 0) ^ 1;
};

describe('importing what is there already', () => {
  it('reads every byte of the bundle all the same', async () => {
    await using registry = await startRegistry();
    await importInto(registry, unchanged);
    await expect(importInto(registry, spoiled)).rejects.toMatchObject({
      code: 'CONTENT_DIGEST_MISMATCH',
    });
  });

  it('asks for each manifest once and reads no blob where the destination is trusted', async () => {
    await using registry = await startRegistry();
    await importInto(registry, unchanged);
    const { report, asked } = await importInto(registry, spoiled, { trustDestination: true });
    expect(asked).toHaveLength(2);
    for (const line of asked) expect(line).toMatch(/^HEAD .*\/manifests\//);
    expect(report).toMatchObject({ isProven: false, blobs: [] });
  });

  it('says in the receipt what was not checked', async () => {
    await using registry = await startRegistry();
    const first = await importInto(registry, unchanged, { trustDestination: true });
    const again = await importInto(registry, unchanged, { trustDestination: true });
    const unchecked = [first, again].map(
      ({ report }) => report && importReceipt(report, circumstances).notChecked.join(),
    );
    expect(unchecked[0]).not.toContain('trusted');
    expect(unchecked[1]).toContain('it was trusted, because it has every manifest');
  });

  it('proves the whole bundle when a single manifest is missing', async () => {
    await using registry = await startRegistry();
    await importInto(registry, unchanged);
    registry.answers(404, { to: /^HEAD .*\/to\/app1\/manifests\//, times: 2 });
    const { report } = await importInto(registry, unchanged, { trustDestination: true });
    expect(report?.isProven).toBe(true);
    registry.answers(404, { to: /^HEAD .*\/to\/app1\/manifests\//, times: 2 });
    await expect(importInto(registry, spoiled, { trustDestination: true })).rejects.toMatchObject({
      code: 'CONTENT_DIGEST_MISMATCH',
    });
  });
});
