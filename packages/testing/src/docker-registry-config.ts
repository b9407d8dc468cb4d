/** The configuration file of the reference registry, version 2.8. */
import { join } from 'node:path';

export interface DockerRegistryOptions {
  /** Basic authentication with this one account. */
  readonly htpasswd?: { readonly user: string; readonly password: string };
  /** Files in PEM; with `clientCa` it asks for a client certificate. `ca` is what its own is signed by. */
  readonly tls?: {
    readonly certificate: string;
    readonly key: string;
    readonly ca: string;
    readonly clientCa?: string;
    /** Shown by the start-up probe where `clientCa` asks for one. */
    readonly client?: { readonly certificate: string; readonly key: string };
  };
  /** Bearer tokens of a token server that is somebody else's. `rootCertificates` is a file in PEM. */
  readonly token?: {
    readonly realm: string;
    readonly service: string;
    readonly issuer: string;
    readonly rootCertificates: string;
  };
  /** Where its log goes; the default is `log.txt` in its folder. One line for each request. */
  readonly logFile?: string;
}

// JSON is YAML; it needs no rules about quoting.
export function registryConfig(
  folder: string,
  port: number,
  { htpasswd, tls, token }: DockerRegistryOptions,
): string {
  return JSON.stringify({
    version: '0.1',
    log: { level: 'info', accesslog: { disabled: false } },
    storage: {
      filesystem: { rootdirectory: join(folder, 'data') },
      delete: { enabled: true },
      maintenance: { uploadpurging: { enabled: false } },
    },
    http: {
      addr: `127.0.0.1:${port}`,
      ...(tls === undefined
        ? {}
        : {
            tls: {
              certificate: tls.certificate,
              key: tls.key,
              ...(tls.clientCa === undefined ? {} : { clientcas: [tls.clientCa] }),
            },
          }),
    },
    ...(htpasswd === undefined && token === undefined
      ? {}
      : { auth: authConfig(folder, htpasswd, token) }),
  });
}

function authConfig(
  folder: string,
  htpasswd: DockerRegistryOptions['htpasswd'],
  token: DockerRegistryOptions['token'],
): Record<string, unknown> {
  if (token === undefined) {
    return htpasswd === undefined
      ? {}
      : { htpasswd: { realm: 'test', path: join(folder, 'htpasswd') } };
  }
  const { realm, service, issuer, rootCertificates } = token;
  return { token: { realm, service, issuer, rootcertbundle: rootCertificates } };
}
