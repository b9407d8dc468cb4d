/** On what it was measured: figures without that say nothing. */
import { cpus, release, totalmem } from 'node:os';
import { megabytes } from '../format-amounts.mjs';
import { diskRate } from './disk-rate.mjs';
import { runProgram } from '../run-program.mjs';

/** @returns {Promise<string[]>} One line each. */
export async function circumstances({ carry, image, peers, missing, rounds, small }) {
  const registry = await runProgram('docker-registry', ['--version']);
  const openssl = await runProgram('openssl', ['version']);
  const disk = await diskRate(carry.folder);
  const gibibytes = Math.round(totalmem() / 1024 ** 3);
  return [
    `${cpus().length} × ${cpus()[0].model}, ${gibibytes} GiB, Linux ${/^\d+\.\d+/.exec(release())?.[0]}, registries on the same machine`,
    `disk ${megabytes(disk)} each second, flushed`,
    `Node ${process.versions.node}, docker-registry ${/v?\d+\.\d+\.\d+\S*/.exec(registry)?.[0] ?? '?'}, ${openssl.split(' (')[0].trim()}`,
    `beside ${peers.map(({ label }) => label).join(', ')}`,
    ...(missing.length === 0 ? [] : [`not installed: ${missing.join(', ')}`]),
    `image of ${image.layers.length} layers, ${megabytes(image.bytes)}${small ? ' (small)' : ''}`,
    `median [least–most] of ${rounds} ${rounds === 1 ? 'round' : 'rounds'} in turn`,
  ];
}
