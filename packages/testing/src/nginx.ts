/** nginx on a loopback port in front of another server, as many registries are run. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { probe } from './probe.js';
import { startService } from './service.js';
import { tempDir } from './temp-dir.js';

export interface NginxOptions {
  /** `http://127.0.0.1:5000`: the server behind it. It need not be up. */
  readonly upstream: string;
  /** Files in PEM; with `clientCa` it lets nobody in without a certificate of that authority. */
  readonly tls?: {
    readonly certificate: string;
    readonly key: string;
    readonly ca: string;
    readonly clientCa?: string;
  };
  /** Directives of its `server` block, for example `{ client_max_body_size: '1m' }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface Nginx extends AsyncDisposable {
  /** `http://127.0.0.1:5000`, or https with the name localhost when it has a certificate. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
}

export async function startNginx(options: NginxOptions): Promise<Nginx> {
  const home = await tempDir();
  try {
    const port = await freePort();
    const { tls } = options;
    const host = `${tls === undefined ? '127.0.0.1' : 'localhost'}:${port}`;
    const url = `${tls === undefined ? 'http' : 'https'}://${host}`;
    await writeFile(join(home.path, 'nginx.conf'), nginxConfig(port, options));
    const service = await startService({
      program: 'nginx',
      args: ['-p', home.path, '-c', 'nginx.conf', '-e', 'error.txt'],
      folder: home.path,
      logFile: join(home.path, 'output.txt'),
      isUp: () => probe(`${url}/`, tls),
    });
    return {
      url,
      host,
      port,
      [Symbol.asyncDispose]: async () => {
        await service.end('SIGTERM');
        await home[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await home[Symbol.asyncDispose]();
    throw error;
  }
}

// One process, so that ending it ends all of it; every path is below its folder.
function nginxConfig(port: number, { upstream, tls, settings = {} }: NginxOptions): string {
  const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `daemon off; master_process off; pid nginx.pid;
events {}
http {
  access_log off;
  ${folders.map((name) => `${name}_temp_path ${name};`).join(' ')}
  server {
    listen 127.0.0.1:${port}${tls === undefined ? '' : ' ssl'};
    ${directives({ ...(tls === undefined ? {} : tlsDirectives(tls)), ...settings })}
    location / {
      proxy_pass ${upstream};
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-Proto $scheme;
    }
  }
}
`;
}

function tlsDirectives(tls: NonNullable<NginxOptions['tls']>): Record<string, string> {
  const { certificate, key, clientCa } = tls;
  return {
    ssl_certificate: certificate,
    ssl_certificate_key: key,
    ...(clientCa === undefined
      ? {}
      : { ssl_client_certificate: clientCa, ssl_verify_client: 'on' }),
  };
}

function directives(all: Readonly<Record<string, string>>): string {
  return Object.entries(all)
    .map(([name, value]) => `${name} ${value};`)
    .join(' ');
}
