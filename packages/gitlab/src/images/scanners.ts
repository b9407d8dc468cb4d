/** The scanners by name, and the images of those that were chosen. An analyzer at its end of support is refused. */
import { printable } from 'oras-js';
import type { GitlabFacts, ImageFacts } from '../facts/gitlab-facts.js';
import { GitlabError } from '../gitlab-error.js';

/** Stands for every scanner. */
export const allScanners = 'all';

export function scannerNames({ images }: GitlabFacts): readonly string[] {
  return [...new Set(images.flatMap(({ scanners }) => scanners))];
}

/** Each image once, in the order of the facts. @throws GitlabError `GITLAB_SCANNER_UNKNOWN`. */
export function chosenImages(
  scanners: readonly string[],
  facts: GitlabFacts,
): readonly ImageFacts[] {
  const known = scannerNames(facts);
  for (const scanner of scanners) {
    if (scanner !== allScanners && !known.includes(scanner)) throw unknown(scanner, known, facts);
  }
  return facts.images.filter(
    (image) =>
      scanners.includes(allScanners) || image.scanners.some((each) => scanners.includes(each)),
  );
}

function unknown(
  scanner: string,
  known: readonly string[],
  { endOfSupport, registry, namespace }: GitlabFacts,
): GitlabError {
  const retired = endOfSupport.find(({ name }) => name === scanner);
  if (retired !== undefined) {
    return new GitlabError(
      'GITLAB_SCANNER_UNKNOWN',
      `expected a scanner that is in use, found ${retired.name}, which is at its end of support`,
      {
        hint: `to carry it all the same, export ${registry}/${namespace}/${scanner}:${retired.tag}`,
      },
    );
  }
  return new GitlabError(
    'GITLAB_SCANNER_UNKNOWN',
    `expected the name of a scanner, found "${printable(scanner, 60)}"`,
    { hint: `choose among ${[...known, allScanners].join(', ')}` },
  );
}
