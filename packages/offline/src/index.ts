/** The public face of the offline side: what is not named here cannot be imported. */
export { ImportError, type ImportErrorCode } from './import-error.js';
export type { BlobOutcome, ImportEvent, OnImportEvent } from './import-event.js';
export {
  mapRepository,
  parseDestination,
  parseMappingRule,
  type Destination,
  type Mapping,
} from './destination.js';
export type { ConnectDestination, DestinationRepository } from './destination-repository.js';
export {
  importBundle,
  planImport,
  type ImportOptions,
  type ImportReport,
  type ImportRequest,
} from './import-bundle.js';
export type { ImportPlan, PlannedImage, PlannedTag } from './check-destination.js';
export type {
  ConnectProof,
  ImageProof,
  ImageToProve,
  ProofOptions,
  ProvableRepository,
} from './prove/image-proof.js';
export { Journey } from './prove/journey.js';
export { ProveError, type ProveErrorCode } from './prove/prove-error.js';
export { proveImages, type ProofOutcome } from './prove/prove-images.js';
export type { ImportProof } from './prove/prove-pullable.js';
export type { PushedBlob, PushOptions } from './push-content.js';
export type { TaggedImage, WrittenTag } from './tag-images.js';
export { runChecks, type CheckReport, type CheckRequest } from './check/run-checks.js';
export { CheckError, type CheckErrorCode } from './check/check-error.js';
export type { CheckLine, CheckState } from './check/check-line.js';
export { Exchanges, type SeenHost } from './check/exchanges.js';
export type { RegistryRules } from './check/place.js';
export { verifyBundle } from './verify-bundle.js';
export {
  latestImport,
  type ChannelState,
  type ImportRecord,
  type Landmark,
  type Reset,
} from './state/channel-state.js';
export type { ImportChoices, ImportDecision } from './state/decide-import.js';
export {
  readFreshness,
  requireFresh,
  type Ages,
  type ChannelFreshness,
  type Freshness,
  type ImageFreshness,
  type Level,
  type Thresholds,
} from './state/freshness.js';
export {
  defaultLockWaitMs,
  ImportGate,
  type GateOptions,
  type GateRequest,
} from './state/import-gate.js';
export { dryGate, verifyGate } from './state/preview-gate.js';
export { resetState, type ResetReport } from './state/reset-state.js';
export {
  AlreadyImported,
  StateError,
  type EarlierImport,
  type StateErrorCode,
} from './state/state-error.js';
export { StateFolder } from './state/state-folder.js';
export {
  encodeReceipt,
  importReceipt,
  receiptType,
  uncheckedSources,
  type ImportReceipt,
  type ReceiptCircumstances,
  type ReceiptProof,
} from './receipt/import-receipt.js';
