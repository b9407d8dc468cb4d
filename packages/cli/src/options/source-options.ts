/** Which images of a source are carried, and what is asked of them first. */
import { readPublicKey } from '@sallyport/bundle';
import {
  readLock,
  readLockIfThere,
  updatedLock,
  writeLock,
  type ChooseTags,
  type ExportOptions,
  type ExportReport,
} from '@sallyport/connected';
import { analyzerTags, siblingTags } from '@sallyport/gitlab';
import type { Command } from 'commander';
import { parsePlatform } from 'oras-js';
import { repeatable } from './repeatable.js';

export interface SourceFlags {
  readonly platform?: readonly string[];
  /** False with `--no-referrers`. */
  readonly referrers: boolean;
  /** Undefined where neither of the two flags was given. */
  readonly siblingTags?: boolean;
  readonly sourceKey?: readonly string[];
  readonly locked?: string;
  readonly updateLock?: string;
}

export function addSourceOptions(command: Command): Command {
  return command
    .addOption(
      repeatable('--platform <os/arch>', 'carry only this platform of an index (default: all)'),
    )
    .option('--no-referrers', 'leave out signatures, SBOMs and attestations of the images')
    .option(
      '--sibling-tags',
      'carry all version tags of the same digest, of any image (default: of analyzers of GitLab)',
    )
    .option('--no-sibling-tags', 'carry only the tags that are named')
    .addOption(
      repeatable(
        '--source-key <file>',
        'refuse images that no such key signed at their source (cosign)',
      ),
    )
    .option('--locked <file>', 'refuse images whose digest is not the one in this lock file')
    .option('--update-lock <file>', 'write the digests that were exported into this lock file');
}

export async function sourceOptions(
  flags: SourceFlags,
): Promise<
  Pick<ExportOptions, 'platforms' | 'skipReferrers' | 'siblingTags' | 'sourceKeys' | 'lock'>
> {
  const { platform = [], referrers, sourceKey = [], locked } = flags;
  return {
    platforms: platform.map(parsePlatform),
    skipReferrers: !referrers,
    siblingTags: chooseTags(flags),
    ...(sourceKey.length === 0
      ? {}
      : { sourceKeys: await Promise.all(sourceKey.map(readPublicKey)) }),
    ...(locked === undefined ? {} : { lock: await readLock(locked) }),
  };
}

/** A name with a digest says exactly what is wanted: its tags are looked for only when somebody asks for them. */
function chooseTags({ siblingTags: isWanted }: SourceFlags): ChooseTags {
  return ({ repository, tag, digest }) => {
    if (isWanted === false) return undefined;
    if (isWanted === true) return analyzerTags(repository, tag) ?? siblingTags(tag);
    return digest === undefined ? analyzerTags(repository, tag) : undefined;
  };
}

/** After an export: a lock file that is there keeps the names that were not exported now. */
export async function updateLock(
  { updateLock: file }: SourceFlags,
  { manifest }: ExportReport,
): Promise<void> {
  if (file === undefined) return;
  await writeLock(file, updatedLock(await readLockIfThere(file), manifest));
}
