/** One import that is killed at random moments, and what has to hold after it. */
import { startRegistry } from '@sallyport/testing';
import { RegistryClient, verifyContent } from 'oras-js';
import { killAtRandom, runToEnd } from './kill-at-random.mjs';

/**
 * @param scene `startTo` gives the command for a registry, `tag` is what it writes there, `image` what that is.
 * @returns How often it was killed.
 */
export async function killedImport({ startTo, tag, image }, chance) {
  const registry = await startRegistry();
  const client = new RegistryClient({ plainHttp: [registry.host] });
  try {
    const repository = client.repository(registry.host, 'to/app');
    const start = startTo(registry.host);
    const killed = await killAtRandom(start, {
      ...chance,
      afterKill: async () => {
        // A tag that is there leads to an image that is all there.
        if (await isThere(repository, tag)) await readAll(repository, image);
      },
    });
    await runToEnd(start);
    const found = await repository.resolve(tag);
    if (found.digest !== image.root.digest) throw new Error(`expected the image under ${tag}`);
    await readAll(repository, image);
    return killed;
  } finally {
    await client.close();
    await registry[Symbol.asyncDispose]();
  }
}

async function isThere(repository, tag) {
  try {
    await repository.resolve(tag);
    return true;
  } catch (error) {
    if (error.code === 'CONTENT_NOT_FOUND') return false;
    throw error;
  }
}

async function readAll(repository, { contents }) {
  for (const { content } of contents) {
    const bytes = verifyContent(await repository.fetch(content), content);
    while (!(await bytes.next()).done);
  }
}
