/** An OCI image layout over layers that exist already as files: config, manifest and index are new. */
import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const created = '2024-01-01T00:00:00Z';

/** Debian's names of processors → those of OCI images. */
const architectures = { amd64: 'amd64', arm64: 'arm64', i386: '386', armhf: 'arm' };

/** Writes the whole layout beside its place first, so that `folder` is complete or as it was before. */
export function writeLayout(folder, { layers, env, entrypoint, debianArchitecture, tag }) {
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  const blobs = join(partial, 'blobs', 'sha256');
  mkdirSync(blobs, { recursive: true });
  for (const { file, digest } of layers)
    linkSync(file, join(blobs, digest.slice('sha256:'.length)));

  const config = writeBlob(blobs, 'application/vnd.oci.image.config.v1+json', {
    created,
    architecture: architectures[debianArchitecture] ?? debianArchitecture,
    os: 'linux',
    config: { Env: env, Entrypoint: entrypoint, WorkingDir: '/analyzer', User: '1000:1000' },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: history(layers),
  });
  const manifest = writeBlob(blobs, 'application/vnd.oci.image.manifest.v1+json', {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config,
    layers: layers.map(({ digest, size }) => ({
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      digest,
      size,
    })),
  });
  const index = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [{ ...manifest, annotations: { 'org.opencontainers.image.ref.name': tag } }],
  };
  writeFileSync(join(partial, 'index.json'), JSON.stringify(index));
  writeFileSync(join(partial, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
  return manifest.digest;
}

/** One line for each layer, and for the settings that made none, as a build would leave them. */
function history(layers) {
  return [
    ...layers.map(({ name }) => ({ created, created_by: `COPY ${name} /` })),
    { created, created_by: 'ENTRYPOINT', empty_layer: true },
  ];
}

function writeBlob(blobs, mediaType, value) {
  const bytes = Buffer.from(JSON.stringify(value));
  const hex = createHash('sha256').update(bytes).digest('hex');
  writeFileSync(join(blobs, hex), bytes);
  return { mediaType, digest: `sha256:${hex}`, size: bytes.byteLength };
}
