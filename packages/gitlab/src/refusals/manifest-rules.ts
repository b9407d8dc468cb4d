/** Manifests that a GitLab does not take. */
import type { RefusalRule } from './refusal.js';

export const childMissing: RefusalRule = ({ code, serverCode }) =>
  code === 'REGISTRY_BLOB_UNKNOWN' && serverCode === 'MANIFEST_BLOB_UNKNOWN'
    ? 'GitLab takes a manifest only when all that it names is in the same repository, an index only after the images of all its platforms: run the import again, and export without --platform if the index was not carried whole'
    : undefined;

export const manifestTooLarge: RefusalRule = ({ serverCode }) =>
  serverCode === 'MANIFEST_SIZE_LIMIT' || serverCode === 'MANIFEST_REFERENCE_LIMIT'
    ? 'the administrator of this GitLab limits the size of manifests or what they name: ask for a higher limit of the container registry'
    : undefined;
