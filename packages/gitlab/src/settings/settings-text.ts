/** Settings as text: comments with a `#`, and between them what is to be pasted, unchanged. */
import type { GitlabVersion } from '../facts/gitlab-version.js';
import { isMajor } from './image-name.js';
import type { Section, Snippet } from './section.js';
import type { ImportedImage } from './settings-request.js';
import { gitlabSections } from './settings-sections.js';

/** No line is broken that is to be pasted; comments are wrapped for a terminal. */
const columns = 100;

export function settingsText(sections: readonly Section[]): string {
  return sections.map(sectionText).join('\n\n');
}

/** The file of a snippet, with its place at the top where the syntax has comments. */
export function snippetFile({ syntax, where, text }: Snippet): string {
  const hasComments = syntax === 'yaml' || syntax === 'toml' || syntax === 'shell';
  return `${hasComments ? `${comment(`For ${where}`)}\n` : ''}${text}\n`;
}

/**
 * What an import prints at its end; empty when no analyzer is among the images.
 *
 * Without a version nothing is said of a bare major that is there: it may be the very one that is asked for.
 */
export function gitlabSettings(images: readonly ImportedImage[], version?: GitlabVersion): string {
  const isTold = version !== undefined || images.some(({ tags }) => !tags.some(isMajor));
  const sections = gitlabSections({ images, version });
  return settingsText(sections.filter(({ id }) => id !== 'version' || isTold));
}

function sectionText({ title, notes, snippets }: Section): string {
  return [
    `# ${title}`,
    ...notes.map((note) => comment(note, '- ')),
    ...snippets.flatMap((snippet) => ['', comment(`${snippet.where}:`), snippet.text]),
  ].join('\n');
}

/** @param bullet Stands before the first word; the lines below are set under that word. */
function comment(text: string, bullet = ''): string {
  const lines: string[] = [];
  let line = `# ${bullet}`;
  let isEmpty = true;
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = `# ${' '.repeat(bullet.length)}`;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line].join('\n');
}
