/** One file → an empty registry: `sallyport import` beside `skopeo copy` from an OCI archive. */
import { mkdtempSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { startDockerRegistry } from '@sallyport/testing';
import { measureRun } from '../lib/measure-run.mjs';
import { sallyportIn } from '../lib/sallyport.mjs';
import { skopeoCopy, skopeoCopyArguments } from '../lib/skopeo-copy.mjs';

export const title = 'import: one file to an empty registry';

export async function contenders({ folder, source }) {
  const bundle = join(folder, 'import.sallyport.tar');
  const archive = join(folder, 'import.oci.tar');
  const key = join(folder, 'bundle.pub');
  await sallyportIn(folder)('export', source, '--output', bundle, '--key', 'bundle.key');
  await skopeoCopy(`docker://${source}`, `oci-archive:${archive}:6`);
  return [
    intoNewRegistry('sallyport import', bundle, async (host) => {
      // A home of its own for each run: what was imported once is not imported again.
      const sallyport = sallyportIn(mkdtempSync(join(folder, 'home-')));
      return await sallyport('import', bundle, `${host}/namespace`, '--key', key);
    }),
    intoNewRegistry('skopeo oci-archive to docker', archive, (host) => {
      const places = [`oci-archive:${archive}:6`, `docker://${host}/namespace/dast:6`];
      return measureRun('skopeo', [...skopeoCopyArguments, ...places]);
    }),
  ];
}

function intoNewRegistry(name, file, run) {
  let registry;
  return {
    name,
    before: async () => {
      registry = await startDockerRegistry();
    },
    run: () => run(registry.host),
    after: () => registry[Symbol.asyncDispose](),
    fileBytes: () => statSync(file).size,
  };
}
