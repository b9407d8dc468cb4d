/** What each blob of a bundle costs in memory: an export of few small blobs beside one of very many. */
import { rmSync } from 'node:fs';
import { startDockerRegistry } from '@sallyport/testing';
import { median } from '../lib/statistics.mjs';
import { startSyntheticRegistry } from '../lib/synthetic/synthetic-registry.mjs';

const few = 1_000;
const blobBytes = 10_000;

export async function prepare({ carry, small }) {
  const many = small ? 5_000 : 20_000;
  const registries = [];
  const exporting = async (count) => {
    const registry = await startSyntheticRegistry(count, blobBytes);
    registries.push(registry);
    const bundle = carry.file(`blobs-${count}.sallyport.tar`);
    return {
      name: `sallyport export, ${count} blobs`,
      before: () => rmSync(bundle, { force: true }),
      run: () => carry.export(registry.images, bundle),
    };
  };
  const contenders = [await exporting(many), await exporting(few)];
  return {
    bytes: many * blobBytes,
    contenders,
    remarks: async ([large, little]) => {
      const peak = ({ runs }) => median(runs.map((run) => run.peakBytes));
      const growth = (peak(large) - peak(little)) / (many - few);
      return [
        `memory grows by ${Math.round(growth)} bytes for each blob`,
        await importing(carry, many),
      ];
    },
    cleanUp: () => Promise.all(registries.map((each) => each.close())),
  };
}

export const title = 'many blobs: export of thousands of blobs of 10 kB';

/** Once: the registry's own work for so many uploads is most of it. */
async function importing(carry, count) {
  const file = carry.file(`blobs-${count}.sallyport.tar`);
  const target = await startDockerRegistry();
  try {
    const run = await carry.import(file, `${target.host}/namespace`);
    const mebibytes = Math.round(run.peakBytes / 1024 / 1024);
    return `import of ${count} blobs, once: ${run.wallSeconds.toFixed(1)} s, ${mebibytes} MiB`;
  } finally {
    await target[Symbol.asyncDispose]();
  }
}
