/**
 * Image names: `registry/repository[:tag][@digest]`.
 *
 * Short names follow Docker's rule, because that is what people paste. A name
 * with a scheme or with upper-case letters in the repository is refused, not
 * mended: a mended name can be another image.
 *
 * @see https://github.com/distribution/reference/blob/v0.6.0/reference.go
 */
import { ContentError } from './content-error.js';
import { isDigest, type Digest } from './digest.js';

/** An image name in its parts, every one of them checked. */
export interface Reference {
  /** Host as written, with its port: `registry.example.com:5000`, `docker.io`, `[::1]:5000`. */
  readonly registry: string;
  readonly repository: string;
  readonly tag: string | undefined;
  /** Selects the content when present; the tag then only informs. */
  readonly digest: Digest | undefined;
}

const hostForm =
  /^(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[a-fA-F0-9:]+\])(?::[0-9]{1,5})?$/;
const repositoryForm =
  /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const tagForm = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/** Registries and file systems take host, "/" and repository up to this many characters together. */
const maxNameLength = 255;

/** Whether this names a registry where an image name begins with it: a host, with its port if it has one. */
export function isRegistryHost(text: string): boolean {
  return isHostPart(text) && isAddress(text);
}

/** Whether a registry may have a repository of this path: `library/alpine`, at most 255 characters. */
export function isRepository(text: string): boolean {
  return text.length <= maxNameLength && repositoryForm.test(text);
}

/** Whether this may be a tag: at most 128 characters, none of them `:`, `/` or `@`. */
export function isTag(text: string): boolean {
  return tagForm.test(text);
}

/** @throws ContentError `REFERENCE_INVALID`, naming the part that is wrong. */
export function parseReference(text: string): Reference {
  if (/^[a-z+]+:\/\//i.test(text)) {
    throw invalid(
      text,
      'a scheme',
      'write the name without it, for example registry.example.com/app:1.4',
    );
  }
  const [beforeDigest = '', digest, ...rest] = text.split('@');
  if (rest.length > 0) throw invalid(text, 'two "@"');
  if (digest !== undefined && !isDigest(digest)) {
    throw invalid(
      text,
      `the digest ${JSON.stringify(digest.slice(0, 80))}`,
      'a digest is sha256: and 64 lower-case hex digits',
    );
  }
  const { name, tag } = splitTag(beforeDigest);
  if (tag !== undefined && !isTag(tag))
    throw invalid(text, `the tag ${JSON.stringify(tag.slice(0, 140))}`);
  const { registry, repository } = splitHost(text, name);
  checkName(text, registry, repository);
  return {
    registry,
    repository,
    tag: tag ?? (digest === undefined ? 'latest' : undefined),
    digest,
  };
}

/** The reverse of `parseReference`, in full: `alpine` comes back as `docker.io/library/alpine:latest`. */
export function formatReference(reference: Reference): string {
  const { registry, repository, tag, digest } = reference;
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

function splitTag(text: string): { name: string; tag: string | undefined } {
  const colon = text.lastIndexOf(':');
  // A colon before the last slash belongs to the port.
  if (colon === -1 || text.indexOf('/', colon) !== -1) return { name: text, tag: undefined };
  return { name: text.slice(0, colon), tag: text.slice(colon + 1) };
}

function splitHost(text: string, name: string): { registry: string; repository: string } {
  const slash = name.indexOf('/');
  const first = slash === -1 ? '' : name.slice(0, slash);
  if (!isHostPart(first)) {
    // Docker's rule; 64 hex digits are an image id, which no registry knows.
    if (/^[a-f0-9]{64}$/.test(name)) throw invalid(text, 'an image id in place of a name');
    return { registry: 'docker.io', repository: slash === -1 ? `library/${name}` : name };
  }
  const registry = first === 'index.docker.io' ? 'docker.io' : first;
  const path = name.slice(slash + 1);
  return {
    registry,
    repository: registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path,
  };
}

// Docker's rule for the part before the first slash.
function isHostPart(first: string): boolean {
  return first === 'localhost' || /[.:]/.test(first) || first !== first.toLowerCase();
}

// A port of 65536, [1:2] and 1.2.3.4.5 have the form of a host and are no address.
function isAddress(host: string): boolean {
  return hostForm.test(host) && URL.canParse(`https://${host}/`);
}

function checkName(text: string, registry: string, repository: string): void {
  if (!isAddress(registry))
    throw invalid(text, `the registry ${JSON.stringify(registry.slice(0, 100))}`);
  if (!repositoryForm.test(repository)) {
    const hint =
      repository === repository.toLowerCase() ? undefined : 'repository names are lower case';
    throw invalid(text, `the repository ${JSON.stringify(repository.slice(0, 100))}`, hint);
  }
  if (registry.length + 1 + repository.length > maxNameLength) {
    throw invalid(
      text,
      `a name of ${registry.length + 1 + repository.length} characters (at most ${maxNameLength})`,
    );
  }
}

function invalid(text: string, part: string, hint?: string): ContentError {
  return new ContentError(
    'REFERENCE_INVALID',
    `expected an image name as registry/repository:tag, found ${part} in ${JSON.stringify(text.slice(0, 300))}`,
    { hint },
  );
}
