/**
 * Images by a short name: `SCANNER[,SCANNER…][@VERSION][-fips]`, as in `dast`, `dast@17.11` or `all@18.5-fips`.
 *
 * Only a way to write a request; what it stands for is decided by `wantedImages`.
 */
import { parseGitlabVersion } from '../facts/gitlab-version.js';
import type { ImageRequest } from './wanted-images.js';

/** What is exported when nobody says what: the DAST analyzer of the newest GitLab that is known. */
export const defaultPreset = 'dast';

const fipsEnd = '-fips';

/** @throws GitlabError `GITLAB_VERSION_INVALID`. */
export function parsePreset(text: string): ImageRequest {
  const fips = text.endsWith(fipsEnd);
  const plain = fips ? text.slice(0, -fipsEnd.length) : text;
  const at = plain.indexOf('@');
  const scanners = (at === -1 ? plain : plain.slice(0, at)).split(',');
  if (at === -1) return { scanners, fips };
  return { scanners, fips, version: parseGitlabVersion(plain.slice(at + 1)) };
}
