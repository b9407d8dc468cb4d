/** Manifests, indexes, configs and signature documents, as any registry may answer. */
import { childrenOf, configPlatform, isDigest, mediaTypes, parseManifest } from 'oras-js';
import { promise } from '../lib/fuzz/execute.mjs';
import { jsonMutations } from '../lib/fuzz/mutate-json.mjs';
import { linkOf } from '../../packages/oras-js/dist/registry/referrer-link.js';
import { envelopeClaim } from '../../packages/connected/dist/attached/envelope-claim.js';
import { payloadClaim } from '../../packages/connected/dist/attached/payload-claim.js';

const types = [
  mediaTypes.ociManifest,
  mediaTypes.ociIndex,
  mediaTypes.dockerManifest,
  mediaTypes.dockerManifestList,
  mediaTypes.dockerSchema1,
];
const digest = `sha256:${'0'.repeat(64)}`;
const signed = { 'dev.cosignproject.cosign/signature': 'MEUCIQ==' };

export const reader = {
  name: 'manifest',
  refusals: ['MANIFEST_INVALID', 'MANIFEST_UNSUPPORTED', 'DIGEST_INVALID', 'DIGEST_UNSUPPORTED'],
  mutations: jsonMutations,
  open: async () => ({
    run: (bytes) => {
      configPlatform(bytes);
      for (const claim of [envelopeClaim, payloadClaim]) {
        const found = claim({ digest, annotations: signed }, bytes);
        promise(found === undefined || isDigest(found.image), 'a claim about no image');
      }
      const outcomes = types.map((mediaType) => read(bytes, mediaType));
      const kinds = new Set(outcomes.map(({ kind }) => kind).filter(Boolean));
      promise(kinds.size <= 1, 'one document read as an image and as an index');
      const refusal = outcomes.find(({ error }) => error !== undefined && kinds.size === 0)?.error;
      if (refusal !== undefined) throw refusal;
    },
  }),
};

function read(bytes, mediaType) {
  const content = { mediaType, digest, size: bytes.length };
  let manifest;
  try {
    manifest = parseManifest(bytes, content);
  } catch (error) {
    if (!reader.refusals.includes(error.code)) throw error;
    return { error };
  }
  const theirs = JSON.parse(String(bytes));
  const named = theirs.manifests ?? [theirs.config, ...theirs.layers];
  const children = childrenOf(manifest);
  promise(children.length === named.length, 'another number of children');
  for (const [at, child] of children.entries()) {
    promise(isDigest(child.digest) && child.digest === named[at].digest, 'another child');
    promise(Number.isSafeInteger(child.size) && child.size >= 0, 'a size that is none');
  }
  linkOf(content, bytes);
  return { kind: manifest.kind };
}
