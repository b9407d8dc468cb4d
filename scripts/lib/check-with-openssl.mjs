/** The signature of a bundle, checked by tar, grep and openssl alone, as docs/bundle-format says. */
import { runProgram } from './run-program.mjs';

const lines = `
set -e
tar -xOf "$1" sallyport/bundle.json > b.json
tar -xOf "$1" sallyport/bundle.json.sigstore.json > s.json
grep -o '"signature":"[^"]*"' s.json | cut -d'"' -f4 | openssl base64 -d -A > b.sig
openssl dgst -sha256 -verify "$2" -signature b.sig b.json
`;

/** @returns {Promise<string>} What openssl said; it throws unless the signature is good. */
export async function checkWithOpenssl(bundle, publicKey, folder) {
  const said = await runProgram('sh', ['-c', lines, 'sh', bundle, publicKey], { cwd: folder });
  return said.trim();
}
