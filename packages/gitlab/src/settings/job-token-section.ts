/** Whether jobs of other projects may pull at all, where the registry is GitLab's own. */
import type { Section } from './section.js';

export function jobTokenSection(): Section {
  return {
    id: 'job-token',
    title: 'If the registry is that of a GitLab',
    notes: [
      'the project that holds the images lets in jobs of other projects only when it names them or their group: Settings > CI/CD > Job token permissions of that project; a public project needs no entry for pulling',
      'without it a job ends with "access forbidden" or 403 though the image is there; the scan jobs may fail, so the pipeline stays green and nothing was scanned',
    ],
    snippets: [],
  };
}
