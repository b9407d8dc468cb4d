/**
 * Whether a file belongs to somebody who could put what they like into it.
 *
 * The owner of a file can always write it, whatever its mode says: he gives
 * himself the right, and takes it away afterwards.
 */
import * as runtime from 'node:process';

/** undefined where users have no numbers. Needs no entry in a list of users, which containers often lack. */
export function runningUser(): number | undefined {
  return runtime.geteuid?.();
}

/** Neither root, who may write everything anyway, nor whoever runs this. */
export function isStranger({ uid }: { readonly uid: number }, self: number | undefined): boolean {
  return self !== undefined && uid !== 0 && uid !== self;
}
