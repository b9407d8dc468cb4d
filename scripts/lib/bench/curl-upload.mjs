/** The least that an upload takes: each blob of a layout by curl, whole, one after the other, without a look at it. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { inSteps } from './in-steps.mjs';

/**
 * @param {string} layout Folder of an OCI layout.
 * @param {string} repository `127.0.0.1:5000/namespace/image`
 */
export function curlUpload(carry, layout, repository) {
  const slash = repository.indexOf('/');
  const uploads = `http://${repository.slice(0, slash)}/v2${repository.slice(slash)}/blobs/uploads/`;
  const folder = join(layout, 'blobs', 'sha256');
  return inSteps(readdirSync(folder).flatMap((hex) => stepsOf(carry, uploads, folder, hex)));
}

function stepsOf(carry, uploads, folder, hex) {
  let location;
  return [
    async () => {
      const run = await carry.program('curl', ['-sSf', '-D', '-', '-X', 'POST', uploads]);
      location = /^location: (\S+)/im.exec(run.output)?.[1];
      return run;
    },
    () =>
      carry.program('curl', [
        ...['-sSf', '-H', 'Content-Type: application/octet-stream'],
        ...['-T', join(folder, hex), `${location}&digest=sha256:${hex}`],
      ]),
  ];
}
