/**
 * make-fuzz-seeds.mjs
 *
 * Writes the inputs that the fuzzer starts from, fixtures/fuzz/READER: small, and each right in its
 * way. Needed after a change of a format; what once broke a reader is kept beside them by hand.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { archiveSeeds } from './lib/fuzz/seeds/archive-seeds.mjs';
import { bundleSeeds } from './lib/fuzz/seeds/bundle-seeds.mjs';
import { fileSeeds } from './lib/fuzz/seeds/file-seeds.mjs';
import { textSeeds } from './lib/fuzz/seeds/text-seeds.mjs';
import { seedFolder } from './lib/fuzz/seed-files.mjs';

const groups = [await bundleSeeds(), await archiveSeeds(), await fileSeeds(), textSeeds()];
for (const [reader, seeds] of groups.flatMap((group) => Object.entries(group))) {
  mkdirSync(seedFolder(reader), { recursive: true });
  for (const [file, bytes] of Object.entries(seeds)) {
    writeFileSync(join(seedFolder(reader), file), bytes);
  }
  console.log(`${reader}: ${Object.keys(seeds).length}`);
}
