/** A certificate authority, a server certificate for loopback and for what a proxy leads there, and a client certificate, made anew with openssl. For tests only. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from './run-program.js';

export interface CertifiedKey {
  readonly certificate: string;
  readonly key: string;
}

/** Paths of PEM files. */
export interface TestCertificates {
  readonly ca: string;
  readonly server: CertifiedKey;
  readonly client: CertifiedKey;
}

/** @param folder Where the files go; somebody else's to remove. */
export async function testCertificates(folder: string): Promise<TestCertificates> {
  const at = (name: string) => join(folder, name);
  await openssl(folder, [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-days', '2', '-subj', '/CN=test authority', '-keyout', 'ca.key', '-out', 'ca.crt'],
  ]);
  // By its own name a registry is met through a proxy that leads to this computer.
  const names = 'DNS:localhost,DNS:registry.gitlab.com,IP:127.0.0.1,IP:::1';
  await issue(folder, 'server', `subjectAltName=${names}\n`);
  await issue(folder, 'client', 'extendedKeyUsage=clientAuth\n');
  return {
    ca: at('ca.crt'),
    server: { certificate: at('server.crt'), key: at('server.key') },
    client: { certificate: at('client.crt'), key: at('client.key') },
  };
}

async function issue(folder: string, name: string, extensions: string): Promise<void> {
  await writeFile(join(folder, `${name}.ext`), extensions);
  await openssl(folder, [
    ...['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-subj', `/CN=test ${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`],
  ]);
  await openssl(folder, [
    ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.crt', '-CAkey', 'ca.key'],
    ...['-CAcreateserial', '-days', '2', '-extfile', `${name}.ext`, '-out', `${name}.crt`],
  ]);
}

async function openssl(folder: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await runProgram('openssl', args, { cwd: folder });
  if (code !== 0) throw new Error(`expected openssl ${args[0] ?? ''} to succeed, found: ${stderr}`);
}

/** The same as text, as Node and the client take them. */
export interface TestPems {
  readonly ca: string;
  readonly server: { readonly cert: string; readonly key: string };
  readonly client: { readonly cert: string; readonly key: string };
}

export async function testPems(folder: string): Promise<TestPems> {
  const { ca, server, client } = await testCertificates(folder);
  const text = (file: string) => readFile(file, 'utf8');
  return {
    ca: await text(ca),
    server: { cert: await text(server.certificate), key: await text(server.key) },
    client: { cert: await text(client.certificate), key: await text(client.key) },
  };
}
