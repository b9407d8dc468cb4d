/** The server of the client's measurements, in a process of its own: its work is nobody's figure. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('serve-blobs.mjs', import.meta.url));

/**
 * @returns {Promise<{ host: string, large: object, small: object[],
 *   connections: () => Promise<number>, close: () => Promise<void> }>}
 *   `connections` counts those of others since the last time it was asked.
 */
export async function startBlobServer(largeBytes, smallCount) {
  const child = spawn(process.execPath, [script, largeBytes, smallCount].map(String), {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const served = JSON.parse(line);
  return {
    ...served,
    connections: async () => {
      const answer = await fetch(`http://${served.host}/connections`);
      return Number(await answer.text());
    },
    close: async () => {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
}
