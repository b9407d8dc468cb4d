/** Turns what the network, TLS or a proxy reports into a RegistryError with one thing to do. */
import { printable } from '../errors/printable.js';
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
/** The other side speaks TLS and ended it on purpose: most often for want of a client certificate. */
const alerted = {
  code: 'REGISTRY_TLS',
  found: 'it ended TLS with an alert',
  hint: 'give the client certificate and key that this registry trusts, if it asks for them',
} as const;
const oldTls = {
  code: 'REGISTRY_TLS',
  found: 'it does not offer TLS 1.2 or newer',
  hint: 'turn on TLS 1.2 or newer in the registry',
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
  ERR_SSL_UNSUPPORTED_PROTOCOL: oldTls,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: oldTls,
  EPROTO: {
    ...noTls,
    hint: 'check that the registry offers TLS 1.2 or newer, and whether it uses plain http',
  },
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
  ERR_PROXY_UNREACHABLE: {
    code: 'REGISTRY_UNREACHABLE',
    hint: 'check the address of the proxy, or name the registry in NO_PROXY',
    mayPass: true,
  },
  ERR_PROXY_TIMEOUT: {
    code: 'REGISTRY_TIMEOUT',
    hint: 'check the address of the proxy, or name the registry in NO_PROXY',
    mayPass: true,
  },
  ERR_PROXY_TLS: {
    code: 'REGISTRY_TLS',
    hint: 'give the certificate of the authority that signed that of the proxy, or its http address',
  },
  ERR_PROXY_REFUSED: {
    code: 'REGISTRY_UNREACHABLE',
    hint: 'ask whoever runs the proxy, or name the registry in NO_PROXY',
  },
  ERR_PROXY_AUTH: {
    code: 'REGISTRY_UNREACHABLE',
    hint: 'give the user name and password of the proxy in its address',
  },
  ERR_PROXY_BUSY: {
    code: 'REGISTRY_UNREACHABLE',
    hint: 'ask whoever runs the proxy, or name the registry in NO_PROXY',
    mayPass: true,
  },
};

const noHttp: Trouble = {
  code: 'REGISTRY_PROTOCOL',
  found: 'it does not speak HTTP as expected',
  hint: 'check the address and the port: something else than a registry may listen there',
};

const anyOther: Trouble = {
  code: 'REGISTRY_UNREACHABLE',
  hint: 'check the network and any proxy on the way to the registry',
  // Resets and broken pipes pass; those that do not are given up after a few attempts.
  mayPass: true,
};

/**
 * RegistryErrors are returned as they are; so is everything that did not come from the network.
 *
 * The library's own error is not kept as the cause: it repeats the whole
 * address, whose query may hold a signature.
 */
export function transportError(error: unknown, request: HttpRequest): unknown {
  const code = codeOf(error);
  if (error instanceof RegistryError || code === undefined) return error;
  const trouble = troubleOf(code);
  const { operation, url } = request;
  const found = trouble.found ?? reasonOf(error);
  return new RegistryError(
    trouble.code,
    `${operation}: expected an answer from ${url.host}, found that ${found} (${code})`,
    { host: url.host, operation, mayPass: trouble.mayPass, hint: trouble.hint },
  );
}

function troubleOf(code: string): Trouble {
  const known = troubles[code];
  if (known !== undefined) return known;
  if (code.startsWith('ERR_SSL_') && code.includes('_ALERT_')) return alerted;
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) return noTls;
  return code.startsWith('HPE_') ? noHttp : anyOther;
}

/** The code of a system, TLS or stream error, wherever it was wrapped. */
function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** What stands behind the address in the library's message. */
function reasonOf(error: unknown): string {
  const message = (error as Error).message;
  const reason = message.slice(message.lastIndexOf(', reason: ') + 1).replace(/^ reason: /, '');
  return `the connection failed: ${printable(reason, 200)}`;
}
