/** The public face of the connected side: what is not named here cannot be imported. */
export { ExportError, type ExportErrorCode } from './export-error.js';
export type { ExportEvent, OnExportEvent } from './export-event.js';
export {
  exportBundle,
  planExport,
  type ExportOptions,
  type ExportReport,
  type ExportRequest,
  type ExportSigners,
  type PlanRequest,
} from './export-bundle.js';
export { readLock, readLockIfThere, updatedLock, writeLock, type Lock } from './lock-file.js';
export type { ChooseTags, TagFamily } from './sibling-tags.js';
export type { ConnectSource, ImageSource } from './source.js';
export type { BundleOutput } from './write-bundle.js';
export { ArchiveError, type ArchiveErrorCode } from './archive/archive-error.js';
export { openArchive, type ImageArchive, type OpenArchiveOptions } from './archive/open-archive.js';
