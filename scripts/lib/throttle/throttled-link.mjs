/** A slow line to a registry on this machine: 20 MB/s for each connection, 30 ms there and back. */
import { fileURLToPath } from 'node:url';
import { startChildServer } from '../child-server.mjs';

const script = fileURLToPath(new URL('serve-throttled-link.mjs', import.meta.url));

export const bytesPerSecond = 20_000_000;
export const roundTripMs = 30;

/** @param {{ ranges?: boolean }} options Whether requests for a part reach the registry as such. */
export async function startThrottledLink(port, { ranges = true } = {}) {
  const mode = ranges ? [] : ['no-ranges'];
  const args = [port, bytesPerSecond, roundTripMs / 2, ...mode];
  const { line, close } = await startChildServer(script, args);
  return { host: `127.0.0.1:${line}`, close };
}
