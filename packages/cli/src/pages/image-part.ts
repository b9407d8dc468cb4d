/** One image of a transfer report: names, where it came from, and its layers to scale. */
import type { BundleImage, BundleSource } from '@sallyport/bundle';
import { hexOf, type Descriptor } from 'oras-js';
import { formatBytes } from '../output/format.js';
import { html, type Markup } from './html.js';
import { layerBar } from './layer-bar.js';
import { facts, readableTime, table } from './page.js';

export interface ImageLayers {
  /** The platform, or what else the manifest is for. */
  readonly name: string;
  /** In the order in which they are laid over each other. */
  readonly layers: readonly Descriptor[];
}

/** @param fullBytes What the whole width of the page stands for in all bars. */
export function imagePart(
  image: BundleImage,
  sources: readonly BundleSource[],
  parts: readonly ImageLayers[],
  fullBytes: number,
): Markup {
  const { repository, tags, digest, platforms, referrers } = image;
  const named = platforms.flatMap(({ platform }) => platform ?? []);
  return html`<div class="keep">
      <h3>${repository}${tags.length === 0 ? '' : `:${tags.join(', :')}`}</h3>
      ${facts([
        ['Digest', html`<code>${digest}</code>`],
        ['Platforms', named.length === 0 ? undefined : named.join(', ')],
        [
          'Carried with it',
          referrers.length === 0 ? undefined : `${referrers.length} signatures or other documents`,
        ],
        ...sources.map((source) => ['Source', describeSource(source)] as const),
      ])}
    </div>
    ${parts.map((part) => layersPart(part, fullBytes, parts.length > 1))}`;
}

function describeSource({
  host,
  repository,
  reference,
  resolved,
  upstreamSignature,
}: BundleSource): Markup {
  const mark = reference.startsWith('sha256:') ? '@' : ':';
  const states = {
    verified: html`signature verified with the key <code>${upstreamSignature.key}</code>`,
    'none-found': 'no signature found there',
    'not-checked': 'signature there not checked',
  } as const;
  return html`<code>${host}/${repository}${mark}${reference}</code><br />asked for
    ${readableTime(resolved)}; ${states[upstreamSignature.state]}`;
}

function layersPart(
  { name, layers }: ImageLayers,
  fullBytes: number,
  isOneOfMany: boolean,
): Markup | undefined {
  if (layers.length === 0) return undefined;
  return html`<div class="keep">
      ${isOneOfMany ? html`<h4>${name}</h4>` : undefined}
      ${layerBar(layers, fullBytes, `layers of ${name}`)}
    </div>
    ${table(
      ['#Layer', '#Size', '=SHA-256'],
      layers.map(({ size, digest }, at) => [at + 1, formatBytes(size), hexOf(digest)]),
      'layers',
    )}`;
}
