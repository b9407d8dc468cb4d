/** An index with two images, stored in a registry and read back byte by byte. */
import { readContent, RegistryClient, type ClientOptions } from 'oras-js';
import { jestGlobals } from './jest-globals.js';
import { tinyImage } from './tiny-image.js';

/** Fails the test unless all of it comes back from `team/app`, its tag included. */
export async function expectRoundTrip(host: string, options: ClientOptions = {}): Promise<void> {
  const { expect } = jestGlobals();
  const image = await tinyImage({ platforms: ['linux/amd64', 'linux/arm64'] });
  await using client = new RegistryClient({ retry: { maxRetries: 1 }, ...options });
  const app = client.repository(host, 'team/app');
  await image.pushTo(app, 'v1');
  expect(await app.resolve('v1')).toEqual(image.root);
  for (const { content, bytes } of image.contents) {
    expect((await readContent(app, content)).equals(bytes)).toBe(true);
  }
  const tags = [];
  for await (const tag of app.tags()) tags.push(tag);
  expect(tags).toEqual(['v1']);
}
