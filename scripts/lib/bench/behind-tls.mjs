/** Registries on this machine behind TLS, with certificates that were made for the case. */
import { mkdirSync } from 'node:fs';
import { testCertificates } from '@sallyport/testing';

/** @returns {Promise<{ ca: string, tls: object }>} `tls` for a registry, and who has signed its certificate. */
export async function behindTls(carry) {
  const folder = carry.file('certificates');
  mkdirSync(folder, { recursive: true });
  const { ca, server } = await testCertificates(folder);
  return { ca, tls: { ...server, ca } };
}
