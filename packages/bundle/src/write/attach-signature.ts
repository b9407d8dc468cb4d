/**
 * Puts a signature that was made elsewhere into an empty slot of a bundle.
 *
 * Only the 2048 bytes of the slot are written, in place: nothing else of the
 * bundle changes, its digest included.
 */
import { verify } from 'node:crypto';
import { open } from 'node:fs/promises';
import { digestOf, hexOf, type CallOptions, type Digest } from 'oras-js';
import type { TrustedKey } from '../keys/public-key.js';
import { slotOffset } from '../layout/bundle-layout.js';
import { openFileInput } from '../read/file-input.js';
import { readHead, type BundleHead } from '../read/read-head.js';
import { SignatureError } from '../signature/signature-error.js';
import { emptySignatureSlot, encodeSignatureSlot } from '../signature/signature-slot.js';
import { outputError } from './output-error.js';
import { writeWhole } from './write-whole.js';

export interface AttachedSignature {
  /** The bundle's identity; what was signed. */
  readonly digest: Digest;
  /** Slots that are still empty. */
  readonly left: number;
}

/**
 * @param signature ECDSA with SHA-256 over the list, in DER.
 * @throws SignatureError `SIGNATURE_WRONG`, `SIGNATURE_INVALID` or `SIGNATURE_NO_SLOT`; BundleError.
 */
export async function attachSignature(
  file: string,
  signature: Buffer,
  publicKey: TrustedKey,
  options: CallOptions = {},
): Promise<AttachedSignature> {
  const { list, slots } = await readBundleHead(file, options);
  if (!verify('sha256', list, { key: publicKey.key, dsaEncoding: 'der' }, signature)) {
    throw new SignatureError(
      'SIGNATURE_WRONG',
      `the signature is not one of ${file} by the named key`,
      {
        hint: 'sign the digest that sallyport digest prints, with the private half of that key',
      },
    );
  }
  const digest = digestOf(list);
  const filled = encodeSignatureSlot(Buffer.from(hexOf(digest), 'hex'), signature, publicKey.hint);
  const empty = slots.map((slot) => slot.equals(emptySignatureSlot()));
  await writeSlot(file, slotOffset(list.byteLength, firstEmpty(empty, file)), filled);
  return { digest, left: empty.filter((isEmpty) => isEmpty).length - 1 };
}

/** What has to be signed. @throws BundleError when the file does not begin like a bundle. */
export async function readListDigest(file: string, options: CallOptions = {}): Promise<Digest> {
  return digestOf((await readBundleHead(file, options)).list);
}

async function readBundleHead(file: string, options: CallOptions): Promise<BundleHead> {
  await using input = await openFileInput(file);
  const head = await readHead(input, options);
  return head;
}

/** Counted from 1, as slots are. */
function firstEmpty(empty: readonly boolean[], file: string): number {
  const index = empty.indexOf(true);
  if (index !== -1) return index + 1;
  throw new SignatureError(
    'SIGNATURE_NO_SLOT',
    `expected an empty signature slot in ${file}, found ${empty.length} filled`,
    {
      hint: 'export with --unsigned, and with --signatures for more than one signer',
    },
  );
}

async function writeSlot(file: string, position: number, slot: Buffer): Promise<void> {
  try {
    await using handle = await open(file, 'r+');
    await writeWhole(handle, [slot], position);
    await handle.sync();
  } catch (error) {
    throw outputError(error, file);
  }
}
