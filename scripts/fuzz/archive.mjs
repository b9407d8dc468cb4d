/** Archives of images that somebody else made: what is taken from one is what a plain reader of tar finds there. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { formatReference, parseReference, readContent } from 'oras-js';
import { promise } from '../lib/fuzz/execute.mjs';
import { changeArchive } from '../lib/fuzz/mutate-archive.mjs';
import { tarMutations } from '../lib/fuzz/mutate-tar.mjs';
import { openArchive } from '../../packages/connected/dist/index.js';
import { openScratch } from '../lib/fuzz/scratch.mjs';
import { splitTar } from '../lib/fuzz/tar-entries.mjs';

const contentRefusals = [
  'CONTENT_TOO_LARGE',
  'CONTENT_NOT_FOUND',
  'CONTENT_SIZE_MISMATCH',
  'CONTENT_DIGEST_MISMATCH',
];

export const reader = {
  name: 'archive',
  refusals: [
    'ARCHIVE_INVALID',
    'ARCHIVE_COMPRESSED',
    'ARCHIVE_ENTRY_REFUSED',
    'ARCHIVE_DAMAGED',
    'ARCHIVE_UNNAMED',
    'REFERENCE_INVALID',
    'DIGEST_INVALID',
    'DIGEST_UNSUPPORTED',
    ...contentRefusals,
  ],
  mutations: [...tarMutations, changeArchive, changeArchive, changeArchive],
  open: async () => {
    const { file, close } = openScratch('saved.tar');
    return {
      close,
      run: async (bytes) => {
        writeFileSync(file, bytes);
        await check(bytes, file);
      },
    };
  },
};

async function check(bytes, file) {
  const archive = await openArchive(file);
  try {
    promise(archive.images.length > 0, 'an archive without an image');
    const plain = plainContents(bytes);
    for (const reference of archive.images) {
      const full = formatReference(reference);
      promise(formatReference(parseReference(full)) === full, 'a name that is none');
      const source = archive.connect(reference);
      const root = await source.resolve(full);
      const document = await readContent(source, root, { limitBytes: 4 * 1024 * 1024 });
      await checkChildren(source, document, plain);
    }
  } finally {
    await archive[Symbol.asyncDispose]();
  }
}

async function checkChildren(source, document, plain) {
  let fields;
  try {
    fields = JSON.parse(String(document));
  } catch {
    return;
  }
  const named = [fields?.config, ...(Array.isArray(fields?.layers) ? fields.layers : [])];
  for (const child of named.filter((each) => /^sha256:[a-f0-9]{64}$/.test(each?.digest))) {
    if (!Number.isSafeInteger(child.size) || child.size < 0 || child.size > 1e6) continue;
    const bytes = await readContent(source, child, { limitBytes: 1024 * 1024 });
    promise(
      plain === undefined || plain.has(child.digest),
      `gave what is in no file: ${bytes.length}`,
    );
  }
}

/** Digests of all files; undefined where a header is not the plainest, and readers may rightly differ. */
function plainContents(bytes) {
  const digests = new Set();
  for (const { header, content } of splitTar(bytes)) {
    const isPlain = /^[0-7]{11}[ \0]$/.test(header.toString('latin1', 124, 136));
    if (!isPlain || !'05'.includes(String.fromCharCode(header[156]))) return undefined;
    digests.add(`sha256:${createHash('sha256').update(content).digest('hex')}`);
  }
  return digests;
}
