/** A signature slot, before anything about the bundle is known: only a signature over these very bytes may pass. */
import { createPublicKey, verify } from 'node:crypto';
import { goldenOptions } from '@sallyport/testing';
import { promise } from '../lib/fuzz/execute.mjs';
import { jsonMutations } from '../lib/fuzz/mutate-json.mjs';
import { byteMutations } from '../lib/fuzz/mutate-bytes.mjs';
import { parsePublicKey, verifySignatures } from '../../packages/bundle/dist/index.js';
import { readSeeds } from '../lib/fuzz/seed-files.mjs';

const slotBytes = 2048;

export const reader = {
  name: 'signature-slot',
  refusals: ['SIGNATURE_INVALID', 'SIGNATURE_MISSING', 'SIGNATURE_WRONG', 'SIGNATURE_UNKNOWN_KEY'],
  mutations: [
    ...jsonMutations.map(
      (mutate) => (random, bytes, others) =>
        padded(mutate(random, trimmed(bytes), others.map(trimmed))),
    ),
    ...byteMutations,
  ],
  open: async () => {
    const { publicKeyPem } = (await goldenOptions()).signers[0];
    const trust = { keys: [parsePublicKey(publicKeyPem, 'test-only.pub')], threshold: 1 };
    const [{ bytes: list }] = readSeeds('list').filter(({ file }) => file === 'golden.json');
    const key = createPublicKey(publicKeyPem);
    return { run: (slot) => check(slot, list, trust, key) };
  },
};

function check(slot, list, trust, key) {
  const { signers } = verifySignatures(list, [slot], trust);
  promise(signers.length === 1, 'passed without a signer');
  const { messageSignature } = JSON.parse(slot.toString('latin1'));
  const signature = Buffer.from(messageSignature.signature, 'base64');
  promise(verify('sha256', list, { key, dsaEncoding: 'der' }, signature), 'passed a bad signature');
  promise(slot.length === slotBytes, 'passed a slot of another length');
}

function trimmed(bytes) {
  return Buffer.from(bytes.toString('latin1').trimEnd(), 'latin1');
}

function padded(bytes) {
  return Buffer.from(`${bytes.toString('latin1').padEnd(slotBytes - 1)}\n`, 'latin1');
}
