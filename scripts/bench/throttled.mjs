/**
 * Registry → one file over a line that is slow for each connection: what several connections, and
 * several for one layer, are worth. With a registry that ignores Range too.
 */
import { rmSync } from 'node:fs';
import {
  bytesPerSecond,
  roundTripMs,
  startThrottledLink,
} from '../lib/throttle/throttled-link.mjs';

export const title = `export over a slow line: ${bytesPerSecond / 1e6} MB/s for each connection, ${roundTripMs} ms`;

export async function prepare({ carry, image, source, registry, peers }) {
  const line = await startThrottledLink(registry.port);
  const whole = await startThrottledLink(registry.port, { ranges: false });
  const through = ({ host }) => source.replace(registry.host, host);
  const bundle = carry.file('throttled.sallyport.tar');
  const ours = (name, link, ...flags) => ({
    name: `sallyport export, ${name}`,
    before: () => rmSync(bundle, { force: true }),
    run: () => carry.export(through(link), bundle, ...flags),
  });
  return {
    bytes: image.bytes,
    contenders: [
      ours('16 connections', line, '--concurrency', '16'),
      ours('8 connections', line, '--concurrency', '8'),
      ours('4 connections (default)', line),
      ours('8 connections, --ranges never', line, '--concurrency', '8', '--ranges', 'never'),
      ours('16 connections, registry ignores Range', whole, '--concurrency', '16'),
      ours('8 connections, registry ignores Range', whole, '--concurrency', '8'),
      ...peers.map((peer) => {
        const file = carry.file(`throttled.${peer.name}.tar`);
        return {
          name: `${peer.label}, ${peer.form}`,
          run: () => carry.pack(peer, through(line), file),
          after: () => rmSync(file, { force: true }),
        };
      }),
    ],
    // The line decides, not the machine: what a cold start costs does not show.
    warmUps: 0,
    cleanUp: () => Promise.all([line.close(), whole.close()]),
  };
}
