/** Registry → one file: `sallyport export` beside `skopeo copy` into an OCI archive. */
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { measureRun } from '../lib/measure-run.mjs';
import { sallyportIn } from '../lib/sallyport.mjs';
import { skopeoCopyArguments } from '../lib/skopeo-copy.mjs';

export const title = 'export: registry to one file';

export async function contenders({ folder, source }) {
  const bundle = join(folder, 'bench.sallyport.tar');
  const archive = join(folder, 'bench.oci.tar');
  const sallyport = sallyportIn(folder);
  return [
    {
      name: 'sallyport export',
      before: () => rmSync(bundle, { force: true }),
      run: () => sallyport('export', source, '--output', bundle, '--key', 'bundle.key'),
      fileBytes: () => statSync(bundle).size,
    },
    {
      name: 'skopeo docker to oci-archive',
      before: () => rmSync(archive, { force: true }),
      run: () =>
        measureRun('skopeo', [
          ...skopeoCopyArguments,
          `docker://${source}`,
          `oci-archive:${archive}:6`,
        ]),
      fileBytes: () => statSync(archive).size,
    },
  ];
}
