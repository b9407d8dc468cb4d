/** What `import` tells when it is done: what can be pulled now, and what to paste into GitLab. */
import type { VerifiedBundle } from '@sallyport/bundle';
import { gitlabSettings, type GitlabVersion } from '@sallyport/gitlab';
import type {
  Destination,
  ImportDecision,
  ImportPlan,
  ImportReport,
  ReceiptProof,
  TaggedImage,
} from '@sallyport/offline';
import { importProofLine, proofSummary } from './describe-proof.js';
import { signerJson, signerLines } from './describe-signers.js';
import { formatBytes } from './format.js';

interface Result {
  readonly json: object;
  readonly lines: readonly string[];
}

/** What the report does not know. */
interface ImportRun {
  readonly decision: ImportDecision;
  /** Undefined when nobody pulled the images back. */
  readonly proof: ReceiptProof | undefined;
}

export function importResult(
  report: ImportReport,
  { decision, proof }: ImportRun,
  gitlabVersion?: GitlabVersion,
): Result {
  const { bundle, registry, images, blobs, isProven, signers, manifest } = report;
  const pushed = blobs.filter(({ outcome }) => outcome === 'pushed');
  const pushedBytes = pushed.reduce((sum, { bytes }) => sum + bytes, 0);
  const settings = gitlabSettings(
    images.map(({ source, repository, root, tags }) => ({
      registry,
      repository,
      source,
      digest: root.digest,
      tags: tags.map(({ tag }) => tag),
    })),
    gitlabVersion,
  );
  return {
    json: {
      bundle,
      channel: manifest.channel,
      sequence: manifest.sequence,
      order: orderJson(decision),
      registry,
      signers: signerJson(signers),
      images: images.map((image) => imageJson(image)),
      blobs,
      isProven,
      proof: proof === undefined ? null : proofSummary(proof),
      gitlabSettings: settings,
    },
    lines: [
      `imported ${bundle}`,
      ...signerLines(signers),
      ...orderLines(decision),
      isProven
        ? `blobs:       ${pushed.length} pushed (${formatBytes(pushedBytes)}), ${blobs.length - pushed.length} there already`
        : 'blobs:       NOT READ: the registry has every manifest, and was trusted to have what they name',
      ...images.flatMap((image) => pullableLines(image, registry)),
      importProofLine(proof),
      ...(settings === '' ? [] : ['', 'To paste into GitLab:', '', ...settings.split('\n')]),
    ],
  };
}

export function dryRunResult(
  bundle: VerifiedBundle,
  plan: ImportPlan,
  { registry }: Destination,
): Result {
  const images = plan.images.map(({ image, repository, tags }) => ({
    source: image.repository,
    repository,
    digest: image.digest,
    tags,
  }));
  return {
    json: { dryRun: true, bundle: bundle.digest, registry, images },
    lines: [
      `verified ${bundle.digest}; nothing was written`,
      ...signerLines(bundle.signers),
      ...images.flatMap(({ repository, digest, tags }) => [
        `would write: ${registry}/${repository}@${digest}`,
        ...tags.map(({ tag, before }) => `             :${tag}${changeOf(before, digest)}`),
      ]),
    ],
  };
}

function orderJson({ kind, before, rollbackReason }: ImportDecision): object {
  return { kind, before, rollbackReason };
}

function orderLines({ kind, before, rollbackReason }: ImportDecision): readonly string[] {
  if (kind !== 'rollback' || before === undefined) return [];
  return [`WENT BACK from sequence ${before.sequence} (${before.bundle}): ${rollbackReason ?? ''}`];
}

function imageJson({ source, repository, root, inPlaceOf, tags }: TaggedImage): object {
  return { source, repository, digest: root.digest, mediaType: root.mediaType, inPlaceOf, tags };
}

function pullableLines(
  { repository, root, inPlaceOf, tags }: TaggedImage,
  registry: string,
): readonly string[] {
  const { digest } = root;
  return [
    `can be pulled: ${registry}/${repository}@${digest}`,
    ...tags.map(
      ({ tag, before }) =>
        `               ${registry}/${repository}:${tag}${changeOf(before, digest)}`,
    ),
    ...(inPlaceOf === undefined
      ? []
      : [
          `note: the registry refused the index ${inPlaceOf}, of which one platform is carried; the tags point to that platform`,
        ]),
  ];
}

function changeOf(before: string | undefined, digest: string): string {
  if (before === undefined) return ' (new)';
  return before === digest ? ' (unchanged)' : ` (was ${before})`;
}
