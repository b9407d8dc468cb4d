/** A bundle made by hand, a desk that trusts its key, and an empty registry to import into. */
import { readFile, writeFile } from 'node:fs/promises';
import { startRegistry, type TestRegistry } from '../fault-registry/test-registry.js';
import { handmadeBundle, type HandmadeBundle, type HandmadeOptions } from '../handmade-bundle.js';
import { jestGlobals } from '../jest-globals.js';
import type { CapturedRun, CommandLine } from './captured-run.js';
import { openDesk, type Desk } from './desk.js';

export interface BundleScene extends AsyncDisposable {
  readonly registry: TestRegistry;
  readonly desk: Desk;
  readonly bundle: HandmadeBundle;
  /** File of the bundle's public key. */
  readonly trusted: string;
  /** Where imports go. */
  readonly destination: string;
  /**
   * Has every command that proves a bundle try these bytes, as a file and as a pipe; they have to
   * refuse. Fails when one of them touches the file or leaves another.
   */
  tryAll(bytes: Buffer, key?: string): Promise<readonly CapturedRun[]>;
}

export async function openBundleScene(
  run: CommandLine,
  options?: HandmadeOptions,
): Promise<BundleScene> {
  const bundle = await handmadeBundle(options);
  const desk = await openDesk(run);
  const registry = await startRegistry();
  const trusted = desk.path('desk.trusted');
  await writeFile(trusted, bundle.publicKeyPem);
  const destination = `${registry.host}/namespace`;
  return {
    registry,
    desk,
    bundle,
    trusted,
    destination,
    tryAll: (bytes, key = trusted) => tryAll(desk, destination, bytes, key),
    [Symbol.asyncDispose]: async () => {
      await desk[Symbol.asyncDispose]();
      await registry[Symbol.asyncDispose]();
    },
  };
}

async function tryAll(
  desk: Desk,
  destination: string,
  bytes: Buffer,
  key: string,
): Promise<readonly CapturedRun[]> {
  const { expect } = jestGlobals();
  const file = desk.path('b.tar');
  await writeFile(file, bytes);
  const keys = ['--key', key];
  const runs = [
    await desk.run(['verify', file, ...keys]),
    await desk.run(['verify', '-', ...keys], { stdin: bytes }),
    await desk.run(['import', file, destination, ...keys]),
    await desk.run(['import', '-', destination, ...keys], { stdin: bytes }),
    await desk.run(['import', file, destination, '--dry-run', ...keys]),
    await desk.run(['serve', file, '--listen', '127.0.0.1:0', ...keys]),
  ];
  expect(await readFile(file)).toEqual(bytes);
  expect(await desk.files()).toEqual(['b.tar']);
  return runs;
}

/** Blobs alone cannot be pulled: without a manifest nothing of an import can be seen. */
export function expectNothingVisible({ requests }: Pick<TestRegistry, 'requests'>): void {
  const { expect } = jestGlobals();
  const manifests = requests.filter(
    ({ method, path }) => method === 'PUT' && path.includes('/manifests/'),
  );
  expect(manifests).toEqual([]);
}

export function expectNothingSent({ requests }: Pick<TestRegistry, 'requests'>): void {
  const { expect } = jestGlobals();
  expect(requests.filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
}
