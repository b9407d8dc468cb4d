/** A registry of generated blobs in a process of its own: as many, or as large, as no test keeps. */
import { fileURLToPath } from 'node:url';
import { startChildServer } from '../child-server.mjs';

const script = fileURLToPath(new URL('serve-synthetic.mjs', import.meta.url));

/** @returns {Promise<{ images: string[], close: () => Promise<void> }>} Names with their host. */
export async function startSyntheticRegistry(count, bytes) {
  const { line, close } = await startChildServer(script, [count, bytes]);
  const { host, images } = JSON.parse(line);
  return { images: images.map((name) => `${host}/${name}`), close };
}
