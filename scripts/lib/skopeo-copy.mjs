/** One image from one place to another by Debian's skopeo, over plain HTTP, manifests untouched. */
import { runProgram } from './run-program.mjs';

export async function skopeoCopy(from, to) {
  await runProgram('skopeo', [...skopeoCopyArguments, from, to]);
}

/** Whatever policy the machine has, test images are not signed in its way. */
export const skopeoCopyArguments = [
  ...['--insecure-policy', 'copy', '--quiet', '--all'],
  ...['--src-tls-verify=false', '--dest-tls-verify=false'],
];
