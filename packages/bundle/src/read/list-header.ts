/**
 * The first header of a bundle, and what an input is that does not begin with it.
 *
 * It is the only header whose size field is read: the list's length is not
 * known before. Everything else of it is compared.
 */
import { BundleError } from '../bundle-error.js';
import { blockBytes, entryHeader } from '../layout/entry-header.js';
import { listPath } from '../layout/bundle-layout.js';
import { maxListBytes } from '../limits.js';
import { headerMismatch, packedAgainHint } from './check-blocks.js';

const sizeField = { start: 124, end: 136 };
const magic: readonly (readonly [name: string, bytes: readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
];

/**
 * @returns The size of the list in bytes.
 * @throws BundleError `BUNDLE_COMPRESSED`, `BUNDLE_UNSIGNED`, `BUNDLE_NOT_A_BUNDLE`, `BUNDLE_HEADER_MISMATCH`, `BUNDLE_LIMIT`.
 */
export async function readListHeader(header: Buffer, inputName: string): Promise<number> {
  checkKind(header, inputName);
  const field = header.toString('latin1', sizeField.start, sizeField.end);
  // Eleven octal digits and a space: the one spelling of a size below 8 GiB.
  if (!/^[0-7]{11} $/.test(field)) throw headerMismatch(listPath, 0);
  const size = Number.parseInt(field, 8);
  if (!header.equals(await entryHeader(listPath, size))) throw headerMismatch(listPath, 0);
  if (size > maxListBytes) {
    throw new BundleError(
      'BUNDLE_LIMIT',
      `expected a list of at most ${maxListBytes} bytes, found ${size}`,
    );
  }
  return size;
}

function checkKind(header: Buffer, inputName: string): void {
  const compression = magic.find(([, bytes]) =>
    bytes.every((byte, index) => header[index] === byte),
  );
  if (compression !== undefined) {
    throw new BundleError(
      'BUNDLE_COMPRESSED',
      `expected a bundle, found ${inputName} compressed with ${compression[0]}`,
      {
        hint: 'unpack the compression first; a bundle is a plain tar',
      },
    );
  }
  const name = entryName(header);
  if (
    name
      .toLowerCase()
      .replace(/^(?:\.?\/)+/, '')
      .replaceAll('//', '/') === listPath
  )
    return;
  if (
    /^(?:\.\/)?(?:oci-layout|index\.json|manifest\.json|repositories|blobs(?:\/.*)?|[a-f0-9]{64}(?:\.json|\/.*)?)$/.test(
      name,
    )
  ) {
    throw new BundleError(
      'BUNDLE_UNSIGNED',
      `expected a signed bundle, found an image archive without a signed list`,
      {
        hint: 'only bundles that sallyport export wrote can be proven',
      },
    );
  }
  throw new BundleError(
    'BUNDLE_NOT_A_BUNDLE',
    `expected a bundle, found ${inputName} beginning with something else`,
    {
      hint: isTar(header)
        ? packedAgainHint
        : 'name a file that sallyport export wrote, usually *.sallyport.tar',
    },
  );
}

// Every tar of the last decades says so here, GNU's and POSIX's alike.
function isTar(header: Buffer): boolean {
  return header.toString('latin1', 257, 262) === 'ustar';
}

function entryName(header: Buffer): string {
  const end = header.indexOf(0);
  return header.toString('latin1', 0, end === -1 || end > 100 ? Math.min(100, blockBytes) : end);
}
