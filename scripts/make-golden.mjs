/**
 * make-golden.mjs
 *
 * Writes fixtures/golden/golden.sallyport.tar again: by hand from the format page, sharing no code
 * with the bundle package, whose tests compare. ECDSA signatures differ from run to run, so the
 * 2048 bytes of the signature are new each time. Needed after a change of the format, and never else.
 */
import { writeFile } from 'node:fs/promises';
import { goldenFile, goldenOptions, handmadeBundle } from '@sallyport/testing';

const { bytes } = await handmadeBundle(await goldenOptions());
await writeFile(goldenFile, bytes);
console.log(`${goldenFile} (${bytes.length} bytes)`);
