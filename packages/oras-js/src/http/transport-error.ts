/** Turns what the network, TLS or a proxy reports into a RegistryError with one thing to do. */
import { RegistryError, type RegistryErrorCode } from '../registry/registry-error.js';
import type { HttpRequest } from './send.js';

const untrusted = {
  code: 'REGISTRY_TLS',
  found: 'its certificate is not signed by a trusted authority',
  hint: 'give the certificate of the authority that signed it, as a PEM file',
} as const;
const wrongTime = {
  code: 'REGISTRY_TLS',
  hint: 'compare the clock of this computer with the dates of the certificate',
} as const;
const noTls = {
  code: 'REGISTRY_TLS',
  found: 'it does not speak TLS as expected',
  hint: 'name the registry as one that uses plain http if it really does',
} as const;
const unknownHost = {
  code: 'REGISTRY_UNREACHABLE',
  found: 'no address is known for its name',
  hint: 'check the name of the registry and the DNS of this computer',
} as const;

interface Trouble {
  readonly code: RegistryErrorCode;
  readonly found?: string;
  readonly hint?: string;
  readonly mayPass?: boolean;
}

/** By the code of the error, never by its text. */
const troubles: Readonly<Record<string, Trouble>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  CERT_UNTRUSTED: untrusted,
  CERT_SIGNATURE_FAILURE: untrusted,
  INVALID_CA: untrusted,
  CERT_HAS_EXPIRED: { ...wrongTime, found: 'its certificate has expired' },
  CERT_NOT_YET_VALID: { ...wrongTime, found: 'its certificate is not valid yet' },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    code: 'REGISTRY_TLS',
    found: 'its certificate is for another name',
    hint: 'use the name that stands in the certificate of the registry',
  },
  ERR_SSL_WRONG_VERSION_NUMBER: noTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: noTls,
  ERR_SSL_UNSUPPORTED_PROTOCOL: { ...noTls, hint: 'the registry has to offer TLS 1.2 or newer' },
  EPROTO: noTls,
  ENOTFOUND: unknownHost,
  EAI_NONAME: unknownHost,
  EAI_AGAIN: { ...unknownHost, mayPass: true },
  ECONNREFUSED: {
    code: 'REGISTRY_UNREACHABLE',
    found: 'nothing listens there',
    hint: 'check that the registry runs and that its port is right',
    mayPass: true,
  },
  ERR_CONNECT_TIMEOUT: {
    code: 'REGISTRY_TIMEOUT',
    found: 'no connection came about in time',
    hint: 'check the network, the firewall and whether a proxy is needed',
    mayPass: true,
  },
  ERR_PROXY_REFUSED: {
    code: 'REGISTRY_UNREACHABLE',
    hint: 'ask whoever runs the proxy, or name the registry in NO_PROXY',
  },
  ERR_PROXY_BUSY: {
    code: 'REGISTRY_UNREACHABLE',
    hint: 'ask whoever runs the proxy, or name the registry in NO_PROXY',
    mayPass: true,
  },
};

const anyOther: Trouble = {
  code: 'REGISTRY_UNREACHABLE',
  hint: 'check the network and any proxy on the way to the registry',
  // Resets and broken pipes pass; those that do not are given up after a few attempts.
  mayPass: true,
};

/** RegistryErrors are returned as they are; so is everything that did not come from the network. */
export function transportError(error: unknown, request: HttpRequest): unknown {
  if (error instanceof RegistryError) return error;
  const code = codeOf(error);
  if (code === undefined) return error;
  const trouble = troubles[code] ?? (isTlsCode(code) ? { ...noTls } : anyOther);
  const { operation, url } = request;
  const found = trouble.found ?? `the connection failed: ${messageOf(error)}`;
  return new RegistryError(
    trouble.code,
    `${operation}: expected an answer from ${url.host}, found that ${found} (${code})`,
    { host: url.host, operation, mayPass: trouble.mayPass, hint: trouble.hint, cause: error },
  );
}

/** The code of a system, TLS or stream error, wherever it was wrapped. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

function isTlsCode(code: string): boolean {
  return code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_');
}

// The library's own message repeats the address with its query string, which may hold a signature.
function messageOf(error: unknown): string {
  const code = codeOf(error) ?? '';
  return code === 'ECONNRESET' || code === 'EPIPE'
    ? 'it was closed by the other side'
    : 'see the code';
}
