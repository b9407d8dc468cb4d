/** What a CI file includes: by template, from its own repository, or from where nobody can read it here. */
import { hashOf, listOf, textOf, type PipelineValue } from './pipeline-value.js';

export interface IncludeEntry {
  readonly kind: 'template' | 'local' | 'unreadable';
  /** The template, the path, or what to say of it. */
  readonly name: string;
}

export function includeEntries(value: PipelineValue | undefined): readonly IncludeEntry[] {
  const items = listOf(value) ?? (value === undefined || value === null ? [] : [value]);
  return items.map(entryOf);
}

function entryOf(value: PipelineValue): IncludeEntry {
  const text = textOf(value);
  if (text !== undefined) return localOrRemote(text);
  const hash = hashOf(value);
  const template = textOf(hash?.get('template'));
  if (template !== undefined) return { kind: 'template', name: template };
  const local = textOf(hash?.get('local'));
  if (local !== undefined) return localOrRemote(local);
  return { kind: 'unreadable', name: describe(hash) };
}

// A text alone is an address when it looks like one, and a path otherwise.
function localOrRemote(text: string): IncludeEntry {
  if (/^https?:\/\//.test(text)) return { kind: 'unreadable', name: `remote: ${text}` };
  // Neither variables nor wildcards say which files they are.
  return /[$*]/.test(text)
    ? { kind: 'unreadable', name: `local: ${text}` }
    : { kind: 'local', name: text };
}

function describe(hash: ReturnType<typeof hashOf>): string {
  for (const kind of ['component', 'remote', 'project', 'artifact']) {
    const value = hash?.get(kind);
    if (value !== undefined) return `${kind}: ${textOf(value) ?? '...'}`;
  }
  return 'an entry of an unknown kind';
}
