/** The layers of an image as one bar, drawn to scale: lengths can be compared between images of a page. */
import type { Descriptor } from 'oras-js';
import { formatBytes } from '../output/format.js';
import { html, type Markup } from './html.js';

/** Two inks in turn: neighbours can be told apart on a black-and-white printer too. */
const inks = ['#24476f', '#9db4cd'];
const fullWidth = 1000;

/** @param fullBytes What the whole width of the page stands for. */
export function layerBar(
  layers: readonly Pick<Descriptor, 'size'>[],
  fullBytes: number,
  about: string,
): Markup {
  const total = layers.reduce((sum, { size }) => sum + size, 0);
  let from = 0;
  const parts = layers.map(({ size }, at) => {
    const width = (size / Math.max(fullBytes, 1)) * fullWidth;
    const x = from;
    from += width;
    return html`<rect
      x="${x.toFixed(2)}"
      y="0"
      width="${width.toFixed(2)}"
      height="20"
      fill="${inks[at % inks.length]}"
      ><title>${at + 1}: ${formatBytes(size)}</title></rect
    >`;
  });
  return html`<figure>
    <svg viewBox="0 0 ${fullWidth} 20" preserveAspectRatio="none" role="img" aria-label="${about}">
      <rect x="0" y="0" width="${fullWidth}" height="20" fill="#f1f3f6" />
      ${parts}
    </svg>
    <figcaption>
      ${layers.length} ${layers.length === 1 ? 'layer' : 'layers'}, ${formatBytes(total)}, in their
      order and to scale; the whole width is ${formatBytes(fullBytes)}
    </figcaption>
  </figure>`;
}
