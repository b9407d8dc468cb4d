/**
 * Which children of an index are carried.
 *
 * The index itself stays as it is, byte for byte: its digest is what people
 * pinned and signed. What is left out is left out of the bundle, not of the index.
 */
import {
  formatPlatform,
  matchesPlatform,
  type Descriptor,
  type Digest,
  type ImageIndex,
  type Platform,
} from 'oras-js';
import { ExportError } from './export-error.js';

/** BuildKit marks provenance and SBOM manifests inside an index with the digest that they speak about. */
const attestationSubject = 'vnd.docker.reference.digest';

/**
 * @param wanted Empty for all.
 * @param image For the message.
 * @throws ExportError `EXPORT_PLATFORM_NOT_FOUND`.
 */
export function chooseChildren(
  index: ImageIndex,
  wanted: readonly Platform[],
  image: string,
): readonly Descriptor[] {
  if (wanted.length === 0) return index.manifests;
  const offered = index.manifests.flatMap(({ platform }) => platform ?? []);
  for (const platform of wanted) requireOffered(platform, offered, image);
  const isWanted = ({ platform }: Descriptor): boolean =>
    platform === undefined || wanted.some((each) => matchesPlatform(platform, each));
  const chosen = new Set<string>(index.manifests.filter(isWanted).map(({ digest }) => digest));
  return index.manifests.filter(
    ({ digest, annotations }) =>
      chosen.has(digest) || chosen.has(annotations?.[attestationSubject] ?? ''),
  );
}

/** @throws ExportError `EXPORT_PLATFORM_NOT_FOUND`. */
export function requirePlatforms(
  offered: Platform | undefined,
  wanted: readonly Platform[],
  image: string,
): void {
  for (const platform of wanted)
    requireOffered(platform, offered === undefined ? [] : [offered], image);
}

/** As a list in the bundle names a child. */
export function carriedPlatform(content: {
  readonly digest: Digest;
  readonly platform?: Platform | undefined;
}): { readonly digest: Digest; readonly platform?: string } {
  const { digest, platform } = content;
  return platform === undefined ? { digest } : { digest, platform: formatPlatform(platform) };
}

function requireOffered(wanted: Platform, offered: readonly Platform[], image: string): void {
  if (offered.some((platform) => matchesPlatform(platform, wanted))) return;
  const list = [...new Set(offered.map(formatPlatform))].filter(
    (name) => name !== 'unknown/unknown',
  );
  throw new ExportError(
    'EXPORT_PLATFORM_NOT_FOUND',
    `expected ${image} for ${formatPlatform(wanted)}, found ${list.length === 0 ? 'no platform named' : list.join(', ')}`,
    { hint: 'choose one of these with --platform, or leave it out to carry all' },
  );
}
