/** The server of the client's measurements, in a process of its own. */
import { fileURLToPath } from 'node:url';
import { startChildServer } from '../child-server.mjs';

const script = fileURLToPath(new URL('serve-blobs.mjs', import.meta.url));

/**
 * @returns {Promise<{ host: string, large: object, small: object[],
 *   connections: () => Promise<number>, close: () => Promise<void> }>}
 *   `connections` counts those of others since the last time it was asked.
 */
export async function startBlobServer(largeBytes, smallCount) {
  const { line, close } = await startChildServer(script, [largeBytes, smallCount]);
  const served = JSON.parse(line);
  return {
    ...served,
    connections: async () => {
      const answer = await fetch(`http://${served.host}/connections`);
      return Number(await answer.text());
    },
    close,
  };
}
