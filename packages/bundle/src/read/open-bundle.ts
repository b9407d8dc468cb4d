/**
 * Opens a bundle: steps 3 to 13 of the verification, in this order and nowhere else.
 *
 * Nothing of the input is interpreted before a trusted key has signed the list,
 * but the length of the list itself.
 */
import { digestOf, type CallOptions, type Digest } from 'oras-js';
import { layOut, type BundleLayout } from '../layout/bundle-layout.js';
import type { BundleManifest } from '../list/bundle-manifest.js';
import { parseList } from '../list/parse-list.js';
import type { TrustedKey } from '../keys/public-key.js';
import { distinctKeys, type Trust } from '../signature/trust.js';
import { verifySignatures } from '../signature/verify-signatures.js';
import { trailing, truncated, type BundleInput } from './bundle-input.js';
import { readDocuments } from './read-documents.js';
import { readHead } from './read-head.js';
import { VerifiedBundle } from './verified-bundle.js';

/**
 * Step 10: what a site allows beyond a good signature. Throws when it does not allow it; may return
 * what a person should know all the same.
 *
 * @param bundle SHA-256 of the list.
 */
export type CheckPolicy = (
  manifest: BundleManifest,
  signers: readonly TrustedKey[],
  bundle: Digest,
) => readonly string[] | undefined | Promise<readonly string[]>;

export interface OpenOptions extends CallOptions {
  /** Default: a good signature is enough. */
  readonly checkPolicy?: CheckPolicy;
}

/**
 * @param input Stays open as long as the bundle is used; closing it is the caller's.
 * @throws BundleError, SignatureError, ContentError, or what the policy throws.
 */
export async function openBundle(
  input: BundleInput,
  trust: Trust,
  options: OpenOptions = {},
): Promise<VerifiedBundle> {
  // With nobody to trust nothing can be accepted, so nothing is read.
  distinctKeys(trust);
  const { list, slots } = await readHead(input, options);
  const { signers, notes: signatureNotes } = verifySignatures(list, slots, trust);
  const manifest = parseList(list);
  const digest = digestOf(list);
  const policyNotes = await options.checkPolicy?.(manifest, signers, digest);
  const notes = [...signatureNotes, ...(policyNotes ?? [])];
  const layout = layOut(list.byteLength, slots.length, manifest.entries);
  checkSize(input, layout);
  const { documents, blobs } = await readDocuments(input, manifest, layout, options);
  return new VerifiedBundle({ input, manifest, digest, signers, notes, layout, documents, blobs });
}

// A file that is too short or too long is refused before anything of it is pushed.
function checkSize(input: BundleInput, layout: BundleLayout): void {
  const { at } = input;
  if (at === undefined) return;
  if (at.size < layout.fileBytes) throw truncated(input.name, at.size);
  if (at.size > layout.fileBytes) throw trailing(input.name, layout.fileBytes);
}
