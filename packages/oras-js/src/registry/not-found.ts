/** Says "not there" in the words of the content interfaces, with what the registry said as the cause. */
import { ContentError } from '../content/content-error.js';
import type { RegistryError } from './registry-error.js';

export function contentNotFound(operation: string, cause: RegistryError): ContentError {
  return new ContentError('CONTENT_NOT_FOUND', `${operation}: it is not there`, {
    hint: cause.hint,
    cause,
  });
}
