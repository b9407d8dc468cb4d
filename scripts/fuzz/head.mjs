/**
 * Whole bundles, from a file and from a pipe: once as they are, where only what was signed may pass,
 * and once signed again by the trusted key, where only what is whole and agrees with itself may.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { goldenOptions } from '@sallyport/testing';
import { promise } from '../lib/fuzz/execute.mjs';
import { byteMutations } from '../lib/fuzz/mutate-bytes.mjs';
import { changeConsistently, changeList } from '../lib/fuzz/mutate-bundle.mjs';
import { tarMutations } from '../lib/fuzz/mutate-tar.mjs';
import {
  openBundle,
  openFileInput,
  parsePublicKey,
  pipeInput,
} from '../../packages/bundle/dist/index.js';
import { openScratch } from '../lib/fuzz/scratch.mjs';
import { readSeeds } from '../lib/fuzz/seed-files.mjs';
import { joinTar, nameOf, splitTar } from '../lib/fuzz/tar-entries.mjs';

const slotName = /^sallyport\/bundle\.json(?:\.[2-8])?\.sigstore\.json$/;

export const reader = {
  name: 'head',
  refusals: [
    ...['NOT_A_BUNDLE', 'COMPRESSED', 'UNSIGNED', 'TRUNCATED', 'HEADER_MISMATCH', 'PADDING'],
    ...['TRAILING_BYTES', 'LIST_INVALID', 'TOO_NEW', 'CONTENT_MISMATCH', 'LIMIT'],
  ]
    .map((code) => `BUNDLE_${code}`)
    .concat(['INVALID', 'MISSING', 'WRONG', 'UNKNOWN_KEY'].map((code) => `SIGNATURE_${code}`))
    .concat(['CONTENT_SIZE_MISMATCH', 'CONTENT_DIGEST_MISMATCH'])
    .concat(['MANIFEST_INVALID', 'MANIFEST_UNSUPPORTED', 'DIGEST_INVALID', 'DIGEST_UNSUPPORTED']),
  mutations: [
    ...tarMutations,
    ...byteMutations.slice(0, 3),
    ...Array.from({ length: 5 }, () => changeList),
    ...Array.from({ length: 8 }, () => changeConsistently),
  ],
  open: async () => {
    const scratch = openScratch('fuzz.sallyport.tar');
    const signer = (await goldenOptions()).signers[0];
    const keys = [parsePublicKey(signer.publicKeyPem, 'test-only.pub')];
    const known = new Map(
      readSeeds('head').map(({ bytes }) => [listDigest(bytes), unsigned(bytes)]),
    );
    const prove = (bytes) => proveBothWays(bytes, { keys, threshold: 1 }, scratch.file);
    return { close: scratch.close, run: (bytes) => check(bytes, prove, known, signer) };
  },
};

async function check(bytes, prove, known, signer) {
  const asItIs = await prove(bytes);
  if (asItIs.digest !== undefined) {
    const original = known.get(asItIs.digest);
    promise(original?.equals(unsigned(bytes)), 'passed though it is not what was signed');
  }
  const again = signedAgain(bytes, signer);
  const { digest, blobs, error } = again === undefined ? asItIs : await prove(again);
  if (error !== undefined) throw error;
  checkContents(again ?? bytes, digest, blobs);
}

/** Every file of the tar, found without the list, is one that the list names with this content. */
function checkContents(bytes, digest, blobs) {
  const entries = splitTar(bytes);
  promise(listDigest(bytes) === digest, 'another digest');
  promise(joinTar(entries).equals(bytes), 'bytes between or behind the files');
  const { entries: listed } = JSON.parse(String(entries[0].content));
  const inside = entries.slice(1).filter((entry) => !slotName.test(nameOf(entry)));
  promise(inside.length === listed.length, 'another number of files');
  for (const [at, { path, size, digest: named, mediaType }] of listed.entries()) {
    const { content } = inside[at];
    promise(nameOf(inside[at]) === path && content.length === size, 'another file');
    promise(hashOf(content) === named, 'other content');
    const isDocument = mediaType === undefined || /manifest|index\.v1/.test(mediaType);
    promise(isDocument || blobs.get(named)?.equals(content), 'a blob that was not handed on');
  }
}

async function proveBothWays(bytes, trust, file) {
  writeFileSync(file, bytes);
  const fromFile = await outcome(async () => prove(await openFileInput(file), trust));
  const chunkBytes = 1 + (bytes.length % 4099);
  const pipe = pipeInput(Readable.from(chunksOf(bytes, chunkBytes)), 'a pipe');
  const fromPipe = await outcome(() => prove(pipe, trust));
  promise(
    (fromFile.error === undefined) === (fromPipe.error === undefined),
    'file and pipe disagree',
  );
  promise(fromFile.digest === fromPipe.digest, 'file and pipe differ');
  return fromPipe;
}

async function prove(input, trust) {
  const blobs = new Map();
  try {
    const bundle = await openBundle(input, trust);
    await bundle.proveBlobs(async ({ content, open }) => {
      const pieces = [];
      for await (const piece of await open()) pieces.push(piece);
      blobs.set(content.digest, Buffer.concat(pieces));
    });
    return { digest: bundle.digest, blobs };
  } finally {
    await input[Symbol.asyncDispose]();
  }
}

async function outcome(proving) {
  try {
    return await proving();
  } catch (error) {
    if (!reader.refusals.includes(error.code)) throw error;
    return { error };
  }
}

/** Undefined where there is no list with a slot after it. No other byte changes. */
function signedAgain(bytes, signer) {
  const [list, slot] = splitTar(bytes);
  if (slot === undefined || !slotName.test(nameOf(slot))) return undefined;
  const signed = Buffer.from(bytes);
  signer.slot(list.content).copy(signed, slot.at + slot.header.length);
  return signed;
}

/** Every byte but those of the slots; their number and content are not signed. */
function unsigned(bytes) {
  const slots = splitTar(bytes).filter((entry) => slotName.test(nameOf(entry)));
  const starts = [0, ...slots.map(({ end }) => end)];
  const ends = [...slots.map(({ at }) => at), bytes.length];
  return Buffer.concat(starts.map((start, at) => bytes.subarray(start, ends[at])));
}

function listDigest(bytes) {
  return hashOf(splitTar(bytes)[0]?.content ?? Buffer.alloc(0));
}

function hashOf(bytes) {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function* chunksOf(bytes, chunkBytes) {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}
