/** What can be wrong with an image archive that somebody else made. */
import { CodedError } from 'oras-js';

export type ArchiveErrorCode =
  /** Not a whole tar archive of images, as `docker save`, `skopeo` and `podman` write it. */
  | 'ARCHIVE_INVALID'
  /** The image archive is compressed. */
  | 'ARCHIVE_COMPRESSED'
  /** An entry of the image archive that has no place there: another name, a link, a device, a second one. */
  | 'ARCHIVE_ENTRY_REFUSED'
  /** Content of the image archive is not what its own name or config says. */
  | 'ARCHIVE_DAMAGED'
  /** An image in the archive has no full name. */
  | 'ARCHIVE_UNNAMED';

export class ArchiveError extends CodedError<ArchiveErrorCode> {
  override readonly name = 'ArchiveError';
}
