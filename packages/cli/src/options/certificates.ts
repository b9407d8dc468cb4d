/** Certificates out of a PEM file that are passed on: a private key beside them is refused, not copied. */
import { UsageError } from '../errors/usage-error.js';
import { readText } from './registry-options.js';

/** @returns The certificates alone, without what stands between them. @throws UsageError */
export async function certificates(file: string): Promise<string> {
  const text = await readText(file, '--ca-file');
  if (text.includes('PRIVATE KEY-----')) {
    throw new UsageError(`expected certificates alone in ${file}, found a private key`, {
      hint: 'name the file of the authority; a private key is for nobody else',
    });
  }
  const found = text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g);
  if (found !== null) return found.join('\n');
  throw new UsageError(`expected certificates (PEM) in ${file}, found none`);
}
