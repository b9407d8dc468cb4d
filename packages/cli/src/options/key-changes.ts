/** What `trust set NAME` changes of a key, as a person states it. */
import type { KeyTerms } from '@sallyport/bundle';
import { UsageError } from '../errors/usage-error.js';
import type { KeyTermFlags } from './key-terms.js';

/** What `--clear` takes away from a key. */
export const clearableOfKey = ['not-before', 'not-after'] as const;

const ofKey = [
  'channel',
  'notBefore',
  'notAfter',
] as const satisfies readonly (keyof KeyTermFlags)[];

/** Whether the flags say anything of one key. */
export function areOfKey({ clear, ...flags }: KeyTermFlags & { readonly clear?: string }): boolean {
  return ofKey.some((name) => flags[name] !== undefined) || isClearableOfKey(clear);
}

/** @throws UsageError when nothing of the key would change. */
export function keyChanges(
  flags: KeyTermFlags & { readonly clear?: string },
): Partial<Pick<KeyTerms, 'channels' | 'notBefore' | 'notAfter'>> {
  if (!areOfKey(flags)) {
    throw new UsageError('expected what to change of the key, found nothing of it', {
      hint: 'give --channel, --not-before, --not-after or --clear; see sallyport trust set --help',
    });
  }
  const { channel, notBefore, notAfter, clear } = flags;
  return {
    ...(channel === undefined ? {} : { channels: channel }),
    ...(notBefore === undefined ? {} : { notBefore }),
    ...(notAfter === undefined ? {} : { notAfter }),
    ...(clear === 'not-before' ? { notBefore: undefined } : {}),
    ...(clear === 'not-after' ? { notAfter: undefined } : {}),
  };
}

function isClearableOfKey(clear: string | undefined): boolean {
  return clearableOfKey.some((name) => name === clear);
}
