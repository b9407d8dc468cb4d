/**
 * The images that settings are made for: from a receipt, from a bundle and where it goes, or by name.
 *
 * Connects to nothing: a name that is given is taken as it stands.
 */
import { openBundle, peekBundle, signatureTrust, type BundleImage } from '@sallyport/bundle';
import type { ImportedImage } from '@sallyport/gitlab';
import {
  mapRepository,
  parseDestination,
  parseMappingRule,
  verifyGate,
  type Mapping,
} from '@sallyport/offline';
import { lstat, open } from 'node:fs/promises';
import { parseReference, printable } from 'oras-js';
import type { CliContext } from '../cli-context.js';
import { UsageError } from '../errors/usage-error.js';
import { noteAll } from '../output/note-all.js';
import { openInput } from './bundle-input.js';
import { receiptImages } from './receipt-images.js';
import { stateFolder, type StateFlags } from './state-options.js';
import { readTrustIfGiven, type TrustFlags } from './trust-options.js';

export interface SettingsImagesFlags extends TrustFlags, StateFlags {
  readonly to?: string;
  readonly keepPath?: boolean;
  readonly map?: readonly string[];
}

/** A receipt of as many images as a bundle may have is far below. */
const maxReceiptBytes = 64 * 1024 * 1024;

/** At least one, all of one registry. @throws UsageError, ContentError; of a bundle what `inspect` throws. */
export async function settingsImages(
  names: readonly string[],
  flags: SettingsImagesFlags,
  context: CliContext,
): Promise<readonly ImportedImage[]> {
  const images = await namedImages(names, flags, context);
  const registries = [...new Set(images.map(({ registry }) => registry))];
  if (registries.length === 1) return images;
  throw new UsageError(
    registries.length === 0
      ? 'expected at least one image, found none'
      : `expected images of one registry, found ${registries.join(' and ')}`,
    { hint: 'ask once for each registry: nodes are told of each one in a file of its own' },
  );
}

/** As `settingsImages`, of any number of registries, none included. */
export async function namedImages(
  names: readonly string[],
  flags: SettingsImagesFlags,
  context: CliContext,
): Promise<readonly ImportedImage[]> {
  return flags.to === undefined
    ? withoutDestination(names, flags)
    : bundleImages(names, flags.to, flags, context);
}

async function withoutDestination(
  names: readonly string[],
  { map, keepPath }: SettingsImagesFlags,
): Promise<readonly ImportedImage[]> {
  if (map !== undefined || keepPath !== undefined) {
    throw new UsageError('expected --to beside --map and --keep-path, found it missing', {
      hint: 'they say where a bundle goes: name the bundle and --to REGISTRY/PREFIX',
    });
  }
  const found = await Promise.all(
    names.map(async (name) => {
      const bytes = await fileIfThere(name);
      return bytes === undefined ? [namedImage(name)] : receiptImages(bytes, name);
    }),
  );
  return found.flat();
}

async function bundleImages(
  names: readonly string[],
  to: string,
  flags: SettingsImagesFlags,
  context: CliContext,
): Promise<readonly ImportedImage[]> {
  const [name, ...others] = names;
  if (name === undefined || others.length > 0) {
    throw new UsageError(`expected one bundle beside --to, found ${names.length} names`);
  }
  if (to.endsWith('/')) {
    throw new UsageError(`expected REGISTRY/PREFIX without a slash at its end, found ${to}`, {
      hint: `write --to ${to.replace(/\/+$/, '')}`,
    });
  }
  const destination = parseDestination(to);
  const rules = new Map((flags.map ?? []).map(parseMappingRule));
  const mapping: Mapping = { keepPath: flags.keepPath ?? false, rules };
  const images = await imagesOfBundle(name, flags, context);
  return images.map(({ repository, tags, digest }) => ({
    registry: destination.registry,
    repository: mapRepository(repository, destination, mapping),
    source: repository,
    tags,
    digest,
  }));
}

/** As `inspect` opens it: with a key or a trust file the signature is checked, else it is said that it was not. */
async function imagesOfBundle(
  name: string,
  flags: SettingsImagesFlags,
  context: CliContext,
): Promise<readonly BundleImage[]> {
  const { signal, now } = context;
  const trust = await readTrustIfGiven(flags, context);
  await using input = await openInput(name, context);
  if (trust === undefined) {
    const { manifest } = await peekBundle(input, { signal });
    noteAll(['the signature is NOT CHECKED (give --key or --trust to check it)'], context);
    return manifest.images;
  }
  const checkPolicy = verifyGate({ trust, folder: stateFolder(flags, context), now });
  const bundle = await openBundle(input, signatureTrust(trust), { signal, checkPolicy });
  noteAll(bundle.notes, context);
  return bundle.manifest.images;
}

function namedImage(text: string): ImportedImage {
  const { registry, repository, tag, digest } = parseReference(text);
  if (text.startsWith(`${registry}/`))
    return { registry, repository, digest, tags: tag === undefined ? [] : [tag] };
  throw new UsageError(
    `expected a receipt, or REGISTRY/PATH/NAME:TAG, found "${printable(text, 200)}", which is neither a file nor an image with its registry`,
    { hint: 'write for example registry.example.com/namespace/dast:6, or the name of a receipt' },
  );
}

async function fileIfThere(name: string): Promise<Buffer | undefined> {
  const found = await lstat(name).catch(() => undefined);
  if (found === undefined) return undefined;
  try {
    await using file = await open(name, 'r');
    const { size } = await file.stat();
    if (size > maxReceiptBytes) {
      throw new UsageError(
        `expected a receipt of at most ${maxReceiptBytes} bytes, found ${size} in ${name}`,
        { hint: 'for a bundle, say where it goes: --to REGISTRY/PREFIX' },
      );
    }
    return await file.readFile();
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`expected a receipt that can be read at ${name}`, { cause });
  }
}
