/** What a person should know of a registry that does not list its tags. */
import type { ExportEvent } from '@sallyport/connected';
import type { CliContext } from '../cli-context.js';
import { noteAll } from './note-all.js';

/** Other events are none of its business. */
export function noteUnlisted(event: ExportEvent, context: Pick<CliContext, 'stderr'>): void {
  if (event.type !== 'tags-not-listed') return;
  const { repository, reason } = event;
  noteAll(
    [
      `the tags of ${repository} cannot be listed (${reason}); of its other tags only those that the templates of GitLab ask for are looked for`,
    ],
    context,
  );
}
