/**
 * One layer of generated files: a real tar, really compressed, made once and kept.
 *
 * Its compressed size comes within a few per cent of the one asked for, not on the byte.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { packFolder } from '../real-image/pack-folder.mjs';
import { compressedShare, MixedContent } from './mixed-content.mjs';

const largestFileBytes = 4 * 1024 * 1024;
/** Makes other layers of the same names when the way they are made changes. */
const recipe = 'files of noise and words, 1';

/**
 * @param {string} name Also its seed.
 * @param {number} size Compressed, in bytes.
 * @param {string} folder Where layers are kept.
 * @returns {Promise<{ name: string, file: string, digest: string, size: number, diffId: string }>}
 */
export async function makeLayer(name, size, folder) {
  const key = createHash('sha256')
    .update(JSON.stringify([recipe, name, size]))
    .digest('hex');
  const file = join(folder, `${key}.tar.gz`);
  const facts = join(folder, `${key}.json`);
  if (existsSync(facts)) return { name, file, ...JSON.parse(readFileSync(facts, 'utf8')) };

  mkdirSync(folder, { recursive: true });
  const stage = mkdtempSync(join(folder, 'stage-'));
  try {
    writeFiles(stage, name, Math.round(size / compressedShare));
    const packed = await packFolder(stage, `${file}.partial`);
    renameSync(`${file}.partial`, file);
    writeFileSync(facts, JSON.stringify(packed));
    return { name, file, ...packed };
  } finally {
    rmSync(stage, { recursive: true });
  }
}

function writeFiles(stage, seed, plainBytes) {
  const content = new MixedContent(seed);
  const folder = join(stage, 'opt', createHash('sha256').update(seed).digest('hex').slice(0, 8));
  mkdirSync(folder, { recursive: true });
  for (let left = plainBytes, at = 0; left > 0; at += 1) {
    const size = Math.min(left, 1 + content.below(largestFileBytes));
    writeFileSync(join(folder, `file-${at}`), content.take(size));
    left -= size;
  }
}
