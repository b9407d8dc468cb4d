/**
 * Hands on what a registry wants its users to know: its `Warning` headers.
 *
 * Nothing here changes what happens. Only the registry's own words count, only
 * in the form that the specification gives them, each of them once; what is
 * longer than allowed or comes without end is dropped.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#warnings
 */
import { printable } from '../errors/printable.js';
import type { HttpResponse, Send } from './send.js';

/** Something that a registry wants its users to know. */
export interface RegistryWarning {
  /** Who says it, with the port. */
  readonly host: string;
  /** In the registry's own words: printable, at most 300 characters. */
  readonly text: string;
}

/** What the specification allows all warnings of one answer to have together, in bytes. */
const maxHeaderBytes = 4096;
/** Of one client. A registry with more to say says something else with each answer. */
const maxTexts = 100;

export function withWarnings(send: Send, onWarning: (warning: RegistryWarning) => void): Send {
  const told = new Set<string>();
  return async (request) => {
    const response = await send(request);
    const { host, origin } = response.url;
    if (request.access?.origin !== origin) return response;
    for (const text of warningsOf(response)) {
      const key = `${host} ${text}`;
      if (told.has(key) || told.size >= maxTexts) continue;
      told.add(key);
      onWarning({ host, text });
    }
    return response;
  };
}

function warningsOf({ headers }: HttpResponse): readonly string[] {
  const header = headers.get('warning') ?? '';
  if (header.length > maxHeaderBytes) return [];
  const warnings = header.matchAll(/(?:^|,)[ \t]*299 - "((?:[^"\\]|\\.)*)"(?=[ \t]*(?:,|$))/g);
  return [...warnings]
    .map(([, quoted = '']) => printable(quoted.replace(/\\(.)/g, '$1').trim()))
    .filter((text) => text !== '');
}
