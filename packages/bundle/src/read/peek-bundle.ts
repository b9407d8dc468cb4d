/**
 * What a bundle says about itself, without any proof: for looking, never for importing.
 *
 * No trusted key is needed. Whoever shows it has to say that it was not checked.
 */
import { digestOf, type CallOptions, type Digest } from 'oras-js';
import { layOut } from '../layout/bundle-layout.js';
import type { BundleManifest } from '../list/bundle-manifest.js';
import { parseList } from '../list/parse-list.js';
import { parseSignatureSlot } from '../signature/parse-signature-slot.js';
import type { BundleInput } from './bundle-input.js';
import { readHead } from './read-head.js';

export interface UnverifiedBundle {
  readonly manifest: BundleManifest;
  readonly digest: Digest;
  /** Size that the bundle should have, in bytes. */
  readonly fileBytes: number;
  /** Which keys its signatures claim to be of: base64 of the SHA-256 of each; undefined where none is named. */
  readonly claimedKeys: readonly (string | undefined)[];
}

/** @throws BundleError or SignatureError when the head does not have the form of one. */
export async function peekBundle(
  input: BundleInput,
  options: CallOptions = {},
): Promise<UnverifiedBundle> {
  const { list, slots } = await readHead(input, options);
  const claimedKeys = slots.map((slot) => parseSignatureSlot(slot).hint);
  const manifest = parseList(list);
  const { fileBytes } = layOut(list.byteLength, slots.length, manifest.entries);
  return { manifest, digest: digestOf(list), fileBytes, claimedKeys };
}
