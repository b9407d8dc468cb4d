/** The list beside flat files: which content of which image each file is, and what of the bundle is no file. */
import { childrenOf, type Descriptor, type Digest } from 'oras-js';
import type { BundleImage } from '../list/bundle-manifest.js';
import type { VerifiedBundle } from '../read/verified-bundle.js';
import { extensionOf, flatName } from './flat-name.js';

export const flatListName = 'flatten.json';
export const flatListType = 'application/vnd.sallyport.flatten.v1+json';

export interface FlatFile {
  readonly file: string;
  readonly digest: Digest;
  readonly size: number;
  readonly mediaType: string;
  readonly extension: string;
  /** Names of the images that it is part of. */
  readonly images: readonly string[];
}

export interface FlatList {
  readonly _type: typeof flatListType;
  readonly bundle: Digest;
  readonly channel: string;
  readonly sequence: number;
  /** Fingerprints of the keys that signed. */
  readonly signers: readonly string[];
  readonly files: readonly FlatFile[];
  /** Entries that follow from the signed list to the last byte; they hold no content of an image. */
  readonly derived: readonly {
    readonly path: string;
    readonly size: number;
    readonly digest: Digest;
  }[];
}

export function flatList(bundle: VerifiedBundle): FlatList {
  const { manifest, digest, signers } = bundle;
  const { channel, sequence, entries } = manifest;
  const users = imagesByContent(bundle);
  return {
    _type: flatListType,
    bundle: digest,
    channel,
    sequence,
    signers: signers.map(({ fingerprint }) => fingerprint),
    files: entries.flatMap((entry) => {
      const { mediaType } = entry;
      if (mediaType === undefined) return [];
      const file = flatName(entry.digest, mediaType);
      const images = users.get(entry.digest) ?? [];
      const { size } = entry;
      const extension = extensionOf(mediaType);
      return [{ file, digest: entry.digest, size, mediaType, extension, images }];
    }),
    derived: entries
      .filter(({ mediaType }) => mediaType === undefined)
      .map(({ path, size, digest: of }) => ({ path, size, digest: of })),
  };
}

function imagesByContent(bundle: VerifiedBundle): ReadonlyMap<Digest, readonly string[]> {
  const users = new Map<Digest, string[]>();
  for (const image of bundle.manifest.images) {
    const content = new Set(
      bundle
        .documentsOf(image)
        .flatMap(({ descriptor, manifest }) => digestsOf(descriptor, childrenOf(manifest))),
    );
    for (const digest of content) {
      users.set(digest, [...(users.get(digest) ?? []), ...namesOf(image)]);
    }
  }
  return users;
}

function digestsOf(root: Descriptor, children: readonly Descriptor[]): readonly Digest[] {
  return [root, ...children].map(({ digest }) => digest);
}

function namesOf({ repository, tags, digest }: BundleImage): readonly string[] {
  return tags.length === 0
    ? [`${repository}@${digest}`]
    : tags.map((tag) => `${repository}:${tag}`);
}
