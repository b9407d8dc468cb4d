/** Compares what stands between contents with what has to stand there: headers and zeros. */
import { BundleError } from '../bundle-error.js';
import { blockBytes, entryHeader, paddingOf } from '../layout/entry-header.js';
import { endBytes } from '../layout/bundle-layout.js';

/** Reading bytes in order, from wherever the caller stands. */
export type ReadNext = (length: number) => Promise<Buffer>;

export const packedAgainHint =
  'the bundle was changed or packed again: carry over the very file that export wrote';

/** @throws BundleError `BUNDLE_HEADER_MISMATCH`. */
export async function expectHeader(
  read: ReadNext,
  path: string,
  size: number,
  position: number,
): Promise<void> {
  const found = await read(blockBytes);
  if (!found.equals(await entryHeader(path, size))) throw headerMismatch(path, position);
}

export function headerMismatch(path: string, position: number): BundleError {
  return new BundleError(
    'BUNDLE_HEADER_MISMATCH',
    `expected the header of ${path} at byte ${position}, found other bytes`,
    { hint: packedAgainHint },
  );
}

/** @throws BundleError `BUNDLE_PADDING`. */
export async function expectPadding(read: ReadNext, size: number, path: string): Promise<void> {
  const padding = await read(paddingOf(size));
  if (padding.some((byte) => byte !== 0)) throw notZero(`after ${path}`);
}

/** The two zero blocks, and then nothing. @throws BundleError `BUNDLE_PADDING` or `BUNDLE_TRAILING_BYTES`. */
export async function expectBundleEnd(
  read: ReadNext,
  expectEnd: () => Promise<void>,
): Promise<void> {
  const end = await read(endBytes);
  if (end.some((byte) => byte !== 0)) throw notZero('at the end of the bundle');
  await expectEnd();
}

function notZero(where: string): BundleError {
  return new BundleError('BUNDLE_PADDING', `expected zeros ${where}, found other bytes`, {
    hint: 'copy the bundle again from where it came; this copy was changed',
  });
}
