/**
 * Every piece of one image, manifest first, as `digest size`, computed from the bytes themselves
 * and never from what a header or a file name says.
 */
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

/** The image of a layout folder that holds exactly one. */
export async function contentOfLayout(folder) {
  const { manifests } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'));
  if (manifests.length !== 1) throw new Error(`${folder} holds ${manifests.length} images, not 1`);
  const open = async (digest) => createReadStream(join(folder, 'blobs', ...digest.split(':')));
  return await contentOf(await open(manifests[0].digest), open);
}

/** The image of a registry, asked by plain requests. */
export async function contentOfRegistry(url, repository, tag) {
  const get = async (path) => {
    const answer = await fetch(`${url}/v2/${repository}/${path}`, {
      headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
    });
    if (!answer.ok) throw new Error(`${answer.url} answered ${answer.status}`);
    return Readable.fromWeb(answer.body);
  };
  return await contentOf(await get(`manifests/${tag}`), (digest) => get(`blobs/${digest}`));
}

async function contentOf(manifestBytes, openBlob) {
  const manifest = await buffer(manifestBytes);
  const { config, layers } = JSON.parse(manifest.toString());
  const content = [await measured([manifest])];
  for (const { digest } of [config, ...layers])
    content.push(await measured(await openBlob(digest)));
  return content;
}

/** `digest size` of bytes that come in pieces. */
export async function measured(chunks) {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of chunks) {
    hash.update(chunk);
    size += chunk.byteLength;
  }
  return `sha256:${hash.digest('hex')} ${size}`;
}
