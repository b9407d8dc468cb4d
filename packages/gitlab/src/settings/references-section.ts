/** What can be pulled now, each name in full. */
import { byDigest, byTag } from './image-name.js';
import type { Section } from './section.js';
import type { ImportedImage, SettingsRequest } from './settings-request.js';

export function referencesSection({ images }: SettingsRequest): Section {
  return {
    id: 'references',
    title: 'What can be pulled now',
    notes: images.some(({ digest }) => digest === undefined)
      ? ['a name without a digest is what was given; nobody asked the registry what is behind it']
      : [],
    snippets: [
      {
        file: 'references.txt',
        syntax: 'text',
        where: 'each image by tag and digest',
        text: images.flatMap(namesOf).join('\n'),
      },
    ],
  };
}

function namesOf(image: ImportedImage): readonly string[] {
  const { tags, digest } = image;
  if (digest === undefined) return tags.map((tag) => byTag(image, tag));
  if (tags.length === 0) return [byDigest(image, digest)];
  return tags.map((tag) => `${byTag(image, tag)}@${digest}`);
}
