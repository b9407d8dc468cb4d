/** One thing to do for each kind of refusal. */
import type { HttpRequest, HttpResponse } from '../http/send.js';
import type { RegistryErrorCode } from './registry-error.js';

interface Refusal {
  readonly request: HttpRequest;
  readonly response: HttpResponse;
  readonly code: string | undefined;
  readonly isHtml: boolean;
}

/** For answers that no registry gives. */
export const notARegistryHint =
  'check the address, and any proxy before it: what answers does not behave like a registry';

const hints: Partial<Record<RegistryErrorCode, string>> = {
  REGISTRY_RATE_LIMITED: 'wait, or log in: registries give more to users they know',
  REGISTRY_UNAVAILABLE: 'try again later; if it stays, ask whoever runs the registry',
  REGISTRY_TOO_LARGE: 'raise the body limit of the registry or of the proxy in front of it',
  REGISTRY_UNREACHABLE: 'give the user name and password of the proxy in its address',
  REGISTRY_NOT_A_REGISTRY:
    'check the address: a web page answered, perhaps a login page of the network',
  REGISTRY_PROTOCOL: notARegistryHint,
  REGISTRY_REFUSED: 'do what the answer says, or ask whoever runs the registry',
  REGISTRY_BLOB_UNKNOWN: 'push the parts of this image again; the registry has lost some',
};

export function hintFor(code: RegistryErrorCode, refusal: Refusal): string | undefined {
  const { request } = refusal;
  const writes = request.method !== 'GET' && request.method !== 'HEAD';
  if (refusal.response.status === 401 && refusal.response.proxy !== undefined) {
    return 'check the user names and passwords of both: of the proxy in its address, and of the registry';
  }
  if (code === 'REGISTRY_UNAUTHORIZED' || code === 'REGISTRY_DENIED') {
    return loginHint(refusal, writes);
  }
  if (code === 'REGISTRY_NOT_FOUND' && writes) {
    return 'create the repository or its project in the registry first';
  }
  if (code === 'REGISTRY_NOT_FOUND') return 'check the name for typing errors';
  if (code === 'REGISTRY_REFUSED' && refusal.isHtml) return proxyHint(refusal);
  if (refusal.response.status === 415 || refusal.code === 'MANIFEST_INVALID') {
    return 'check whether the registry takes this media type; some need a setting for Docker types';
  }
  return hints[code];
}

/** A missing client certificate is answered so by servers that ask for one only after TLS stands. */
function proxyHint({ response }: Refusal): string {
  const isTls = response.url.protocol === 'https:';
  const what = isTls
    ? 'what stands in front of it, and whether it wants a client certificate'
    : 'what stands in front of it';
  return `a proxy or web server declined, not the registry: check ${what}`;
}

function loginHint({ response }: Refusal, writes: boolean): string {
  const { credential, status } = response;
  if (credential === 'none' || credential === 'anonymous' || credential === undefined) {
    return 'log in to this registry, or check the name: absent and private look the same';
  }
  if (status === 401 && credential === 'basic') {
    return 'check the user name and the password or token for this registry';
  }
  return writes
    ? 'check that these credentials may write there, that the project exists and that its quota is not used up'
    : 'check the name, and that these credentials may read there';
}
