/** The public face of the bundle format: what is not named here cannot be imported. */
export { BundleError, type BundleErrorCode } from './bundle-error.js';
export type {
  AssumedBlob,
  BundleEntry,
  BundleImage,
  BundleManifest,
  BundleSource,
  CarriedPlatform,
  CarriedReferrer,
  UpstreamSignature,
} from './list/bundle-manifest.js';
export { sourceNames, type NamedSource } from './list/source-names.js';
export { composeManifest, type BundlePlan } from './list/compose-manifest.js';
export { channelAt, digestAt, formatTime, isChannel, timeAt } from './list/list-fields.js';
export { sequenceAt } from './list/sequence-at.js';
export { readDocument, type Document, type Documents } from './graph/documents.js';
export { imageDocuments, tooDeep } from './graph/image-documents.js';
export { maxIndexDepth } from './limits.js';
export { layoutDocuments, type LayoutDocument } from './layout/layout-documents.js';
export { layOut } from './layout/bundle-layout.js';
export { commandSigner } from './keys/command-signer.js';
export {
  attachSignature,
  readListDigest,
  type AttachedSignature,
} from './write/attach-signature.js';
export { leaveUnsigned, signManifest, type SignedManifest } from './write/signed-manifest.js';
export { writeBundleFile } from './write/write-bundle-file.js';
export { outputError } from './write/output-error.js';
export { bundleBytes } from './write/bundle-bytes.js';
export type { RangeChoice } from './write/segment-queue.js';
export type { OpenEntry, WriteOptions } from './write/write-options.js';
export type { BundleInput, ReadAt } from './read/bundle-input.js';
export { openFileInput } from './read/file-input.js';
export { pipeInput } from './read/pipe-input.js';
export { peekBundle, type UnverifiedBundle } from './read/peek-bundle.js';
export { openBundle, type CheckPolicy, type OpenOptions } from './read/open-bundle.js';
export type { BundleBlob, ProveOptions, UseBlob } from './read/prove-blobs.js';
export type { VerifiedBundle } from './read/verified-bundle.js';
export type { BundleContent } from './read/bundle-content.js';
export { KeyError, type KeyErrorCode } from './keys/key-error.js';
export { formatFingerprint } from './keys/fingerprint.js';
export {
  generateKeyPair,
  type KeyFormat,
  type KeyPair,
  type KeyPairRequest,
} from './keys/generate-key-pair.js';
export type { PassphraseSource } from './keys/passphrase.js';
export { parsePublicKey, readPublicKey, type TrustedKey } from './keys/public-key.js';
export {
  findSigningKey,
  readSigningKey,
  type FoundSigningKey,
  type Signer,
  type SigningKey,
} from './keys/signing-key.js';
export { writeKeyPair, type KeyFiles } from './keys/write-key-pair.js';
export { parseSignatureSlot, type ParsedSignature } from './signature/parse-signature-slot.js';
export { SignatureError, type SignatureErrorCode } from './signature/signature-error.js';
export { emptySignatureSlot, encodeSignatureSlot } from './signature/signature-slot.js';
export { signatureSlotBytes } from './signature/slot-form.js';
export { distinctKeys, type Trust } from './signature/trust.js';
export { verifySignatures, type VerifiedSignatures } from './signature/verify-signatures.js';
export { addKey, changeKey, removeKey, revokeKey } from './trust/edit-trust.js';
export { checkPolicy } from './trust/check-policy.js';
export { compareFingerprint } from './trust/compare-fingerprint.js';
export { requireUsableKeys } from './trust/eligible-signers.js';
export { latestAt, policyTime, type PolicyClock, type PolicyTime } from './trust/policy-clock.js';
export { PolicyError, type PolicyErrorCode } from './trust/policy-error.js';
export { readProtectedFile, type ProtectedFile } from './trust/protected-file.js';
export { readTrustFile, readTrustFileIfThere } from './trust/read-trust-file.js';
export { replaceFile } from './trust/replace-file.js';
export {
  emptyTrust,
  signatureTrust,
  trustByHand,
  type KeyTerms,
  type NamedKey,
  type Revocation,
  type SiteTrust,
} from './trust/site-trust.js';
export { TrustFileError, type TrustFileErrorCode } from './trust/trust-file-error.js';
export { hostAt, keyNameAt, listAt, reasonAt, siteAt } from './trust/trust-fields.js';
export { updateTrustFile } from './trust/update-trust-file.js';
export { CustodyError, type CustodyErrorCode } from './custody/custody-error.js';
export { readEntry, type CustodyEvent, type CustodyFacts } from './custody/custody-entry.js';
export { CustodyLog, type AppendedLine } from './custody/custody-log.js';
export { logLines } from './custody/log-lines.js';
export { verifyCustodyLog, type LogVerification } from './custody/verify-log.js';
export { lifeOf, thisProcess, type Life, type LockOwner } from './owner/lock-owner.js';
export { parseOwner } from './owner/parse-owner.js';
export { fillFolder, type SaveFile } from './write/fill-folder.js';
export { PartialFile } from './write/partial-file.js';
export { requireAbsent } from './write/publish-file.js';
export { flatListName, type FlatFile, type FlatList } from './flatten/flat-list.js';
export { flattenBundle, type FlattenOptions } from './flatten/flatten-bundle.js';
