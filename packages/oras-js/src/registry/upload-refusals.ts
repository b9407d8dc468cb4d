/** What the answers of a registry say about an upload: the wrong method, a lost session, or a real no. */
import type { RegistryError } from './registry-error.js';

/** Codes that are about the name or the right, whatever the status says. */
const notAboutMethod = new Set(['NAME_UNKNOWN', 'NAME_INVALID', 'DENIED', 'UNAUTHORIZED']);

/** Another way of sending the same bytes may be taken. */
export function isMethodRefusal(error: RegistryError): boolean {
  if (error.serverCode !== undefined && notAboutMethod.has(error.serverCode)) return false;
  if (isSessionLost(error)) return false;
  const { status } = error;
  // 404 without the code for a lost session is how some say that they know no such request.
  return status !== undefined && [400, 404, 405, 411, 413, 415, 416, 501].includes(status);
}

/** Some say 416, which is about the place, where they mean the length. */
export function isBodyTooLarge(error: RegistryError): boolean {
  return error.status === 413 || error.status === 416;
}

/** What arrived there is not what was sent. */
export function isDigestRefusal(error: RegistryError): boolean {
  return error.serverCode === 'DIGEST_INVALID';
}

/** With 416 the session is there: it is the part that came to a wrong place. */
export function isSessionLost({ serverCode, status }: RegistryError): boolean {
  if (serverCode === 'BLOB_UPLOAD_UNKNOWN') return true;
  return serverCode === 'BLOB_UPLOAD_INVALID' && status !== 416;
}
