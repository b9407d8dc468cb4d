/**
 * make-real-image.mjs FOLDER [--small] [--next-night]
 *
 * Makes the image of lib/real-image in the cache folder and prints where its layout is.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { missingPrograms } from './lib/install-programs.mjs';
import {
  makeRealImage,
  realImagePrograms,
  realImageTag,
} from './lib/real-image/make-real-image.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { small: { type: 'boolean' }, 'next-night': { type: 'boolean' } },
});
const missing = missingPrograms(realImagePrograms);
if (positionals.length !== 1) {
  console.error('usage: make-real-image.mjs FOLDER [--small] [--next-night]');
  process.exitCode = 2;
} else if (missing.length > 0) {
  console.error(`error: these programs are missing: ${missing.join(', ')}`);
  process.exitCode = 2;
} else {
  const { layout, digest, layers } = await makeRealImage({
    cache: resolve(positionals[0]),
    small: values.small ?? false,
    nextNight: values['next-night'] ?? false,
  });
  for (const { name, digest, size } of layers) console.error(`${digest} ${size} ${name}`);
  console.error(`manifest ${digest}`);
  console.log(`oci:${layout}:${realImageTag}`);
}
