/** What is known about GitLab's images today: `gitlab-facts.json`, read once. How to keep it true: docs/gitlab.md. */
import { parseFacts } from './parse-facts.js';
import known from './gitlab-facts.json' with { type: 'json' };

export const knownFacts = parseFacts(known);

/** The day on which a statement in it was last checked. */
export const factsDate = daysIn(known).sort().at(-1) ?? '';

function daysIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    key === 'date' && typeof member === 'string' ? [member] : daysIn(member),
  );
}
