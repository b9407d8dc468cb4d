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
  type ImportReport,
  type ImportRequest,
} from './import-bundle.js';
export type { ImportPlan, PlannedImage, PlannedTag } from './check-destination.js';
export type { PushedBlob, PushOptions } from './push-content.js';
export type { TaggedImage, WrittenTag } from './tag-images.js';
export { verifyBundle } from './verify-bundle.js';
export {
  encodeReceipt,
  importReceipt,
  receiptType,
  uncheckedSource,
  type ImportReceipt,
  type ReceiptCircumstances,
} from './receipt/import-receipt.js';
