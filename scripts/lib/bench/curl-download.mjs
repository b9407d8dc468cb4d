/** The least that a download takes: each manifest and each blob once by curl, four at a time, and none of them kept or hashed. */
import { writeFileSync } from 'node:fs';

const manifestType = 'application/vnd.oci.image.manifest.v1+json';

/**
 * @param {string} settings File that curl is told in what to ask for.
 * @param {string[]} images `127.0.0.1:5000/namespace/image:tag`, of one platform each.
 */
export async function curlDownload(carry, settings, images) {
  const addresses = new Map();
  for (const image of images) {
    const [, host, repository, tag] = /^([^/]+)\/(.+):([^:/]+)$/.exec(image);
    const manifest = `http://${host}/v2/${repository}/manifests/${tag}`;
    const answer = await fetch(manifest, { headers: { Accept: manifestType } });
    if (!answer.ok) throw new Error(`${manifest}: ${answer.status}`);
    const { config, layers } = await answer.json();
    addresses.set(manifest, manifest);
    for (const { digest } of [config, ...layers]) {
      if (!addresses.has(digest))
        addresses.set(digest, `http://${host}/v2/${repository}/blobs/${digest}`);
    }
  }
  const lines = [...addresses.values()].map((url) => `url = "${url}"\noutput = "/dev/null"\n`);
  writeFileSync(settings, lines.join(''));
  return () =>
    carry.program('curl', [
      ...['-sSf', '--parallel', '--parallel-max', '4'],
      ...['-H', `Accept: ${manifestType}`, '-K', settings],
    ]);
}
