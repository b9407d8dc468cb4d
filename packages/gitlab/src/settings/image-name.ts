/** How an imported image is written, and how names stand in YAML, TOML and a shell. */
import type { ImportedImage } from './settings-request.js';

export function byTag({ registry, repository }: ImportedImage, tag: string): string {
  return `${registry}/${repository}:${tag}`;
}

export function byDigest({ registry, repository }: ImportedImage, digest: string): string {
  return `${registry}/${repository}@${digest}`;
}

/** The tag that the templates would ask for before any other: a bare major number. */
export function mainTag({ tags }: ImportedImage): string | undefined {
  return tags.find(isMajor) ?? tags[0];
}

/** `6`, or its variant for FIPS mode. */
export function isMajor(tag: string): boolean {
  return /^[0-9]+(?:-fips)?$/.test(tag);
}

/** Plain where YAML reads it as this very text, in quotes elsewhere; a list would begin with `[`. */
export function yamlScalar(text: string): string {
  // With a slash in it, it is no number, no time and none of YAML's words.
  return /^[A-Za-z0-9][\w.:@-]*\/[\w./:@-]*[\w/]$/.test(text) ? text : quoted(text);
}

/** In JSON's quotes, which YAML and TOML read the same way. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}
