/** Archives of images as other programs save them, in their smallest form. */
import { createHash } from 'node:crypto';
import { handmadeContents, handmadeTar, tinyImage } from '@sallyport/testing';

export async function archiveSeeds() {
  const image = await tinyImage({ layerBytes: [60, 20] });
  const layout = handmadeContents([{ image }]).map(({ path, bytes }) => ({ name: path, bytes }));
  return {
    archive: {
      'layout.tar': handmadeTar(layout.filter(({ name }) => name !== 'manifest.json')),
      'docker-save.tar': handmadeTar(layout),
      'old-docker-save.tar': handmadeTar(oldDockerSave()),
    },
  };
}

function oldDockerSave() {
  const layer = Buffer.from('stands for a layer');
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      rootfs: { type: 'layers', diff_ids: [`sha256:${hexOf(layer)}`] },
    }),
  );
  const [Config, path] = [`${hexOf(config)}.json`, `${hexOf(layer)}/layer.tar`];
  const saved = [{ Config, RepoTags: ['registry.example.com/team/app:1.0'], Layers: [path] }];
  return [
    { name: path, bytes: layer },
    { name: Config, bytes: config },
    { name: 'manifest.json', bytes: Buffer.from(JSON.stringify(saved)) },
  ];
}

function hexOf(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}
