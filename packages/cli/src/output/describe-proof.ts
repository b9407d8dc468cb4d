/** What pulling an image as a runner has shown. */
import type { ImageProof, ProofOutcome, ReceiptProof } from '@sallyport/offline';
import { causeChain } from 'oras-js';
import { formatBytes, formatSeconds } from './format.js';

/** A runner's token is refused by a registry whose clock is this far from that of its GitLab, in seconds. */
const maxSkewSeconds = 60;

export function proofJson(outcomes: readonly ProofOutcome[], identity: string): object {
  return {
    identity,
    isPullable: outcomes.every((outcome) => 'proof' in outcome),
    images: outcomes.map((outcome) => {
      if ('proof' in outcome) return { isPullable: true, ...imageProofJson(outcome.proof) };
      const { image, error } = outcome;
      const { registry = '', repository, tags, digest = null } = image;
      return {
        isPullable: false,
        image: `${registry}/${repository}`,
        tags,
        digest,
        code: error.code,
        reasons: reasonsOf(error),
      };
    }),
  };
}

export function imageProofJson(proof: ImageProof): object {
  const { platform = null, clockSkewSeconds = null, seconds } = proof;
  return { ...proof, platform, clockSkewSeconds, seconds: Math.round(seconds * 1000) / 1000 };
}

export function proofLines(outcomes: readonly ProofOutcome[], identity: string): readonly string[] {
  return outcomes.flatMap((outcome) => {
    if ('proof' in outcome) return imageProofLines(outcome.proof, identity);
    const [first = '', ...rest] = reasonsOf(outcome.error);
    return [
      `NOT PULLABLE: ${first} [${outcome.error.code}]`,
      ...rest.map((reason) => `  because:     ${reason}`),
    ];
  });
}

function imageProofLines(proof: ImageProof, identity: string): readonly string[] {
  const { image, tags, digest, mediaType, platform, bytes, blobs, hosts } = proof;
  const name = tags.length === 0 ? `${image}@${digest}` : `${image}:${tags.join(', :')}`;
  return [
    `pullable:    ${name}`,
    `             ${digest}, ${mediaType}`,
    `             ${platform === undefined ? '' : `${platform}, `}${blobs} blobs, ${formatBytes(bytes)} to download`,
    `             as ${identity} from ${hosts.join(', ')} in ${formatSeconds(proof.seconds)}`,
    ...skewLines(proof),
  ];
}

function skewLines({ clockSkewSeconds = 0 }: ImageProof): readonly string[] {
  if (Math.abs(clockSkewSeconds) <= maxSkewSeconds) return [];
  const way = clockSkewSeconds > 0 ? 'ahead of' : 'behind';
  return [
    `             the clock of the registry is ${Math.abs(clockSkewSeconds)} s ${way} the clock here`,
  ];
}

/** Of an import. */
export function proofSummary({ identity, images }: ReceiptProof): object {
  return { identity, images: images.map((proof) => imageProofJson(proof)) };
}

export function importProofLine(proof: ReceiptProof | undefined): string {
  if (proof === undefined) return 'proof:       NOT PROVEN: nobody has pulled the images back';
  const hosts = [...new Set(proof.images.flatMap((each) => each.hosts))];
  return `proof:       pulled back as ${proof.identity} from ${hosts.join(', ')}`;
}

function reasonsOf(error: unknown): readonly string[] {
  return causeChain(error).map((each) => {
    const { message } = each as { message?: unknown };
    return typeof message === 'string' ? message : String(each);
  });
}
