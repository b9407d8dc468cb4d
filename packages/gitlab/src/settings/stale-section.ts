/** How a copy of the last import leaves the nodes. */
import { byTag } from './image-name.js';
import type { Section } from './section.js';
import type { SettingsRequest } from './settings-request.js';

/** Undefined when nothing has a tag: a digest cannot get stale. */
export function staleSection({ images }: SettingsRequest): Section | undefined {
  const names = images.flatMap((image) => image.tags.map((tag) => `'${byTag(image, tag)}'`));
  if (names.length === 0) return undefined;
  const remove = (program: string) => [program, ...names].join(' \\\n  ');
  return {
    id: 'stale-copies',
    title: 'Copies of an earlier import',
    notes: [
      'a runner that pulls always, and a job that names the image by digest, never run a stale copy',
    ],
    snippets: [
      {
        file: 'remove-copies-containerd.sh',
        syntax: 'shell',
        where: 'as root on each node with containerd, after an import',
        text: remove('crictl rmi'),
      },
      {
        file: 'remove-copies-docker.sh',
        syntax: 'shell',
        where: 'on each Docker host of a runner, after an import',
        text: remove('docker image rm --force'),
      },
    ],
  };
}
