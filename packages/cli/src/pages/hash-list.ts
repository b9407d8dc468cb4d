/** Every file of a bundle with its size and SHA-256, in the order of the bundle. */
import type { BundleEntry, BundleManifest } from '@sallyport/bundle';
import { hexOf, isIndexType, isManifestType } from 'oras-js';
import { html, type Markup } from './html.js';
import { table } from './page.js';

export function hashList({ entries, assumed }: BundleManifest): Markup {
  const rows = entries.map((entry) => [hexOf(entry.digest), entry.size, contentOf(entry)]);
  return html`<p class="soft">
      Content is stored under its own SHA-256, as <code>blobs/sha256/…</code>; sizes in bytes.
    </p>
    ${table(['=SHA-256', '#Bytes', 'Content'], rows)}
    ${
      assumed.length === 0
        ? undefined
        : html`<p>Left out, because an earlier bundle carried it:</p>
            ${table(
              ['=SHA-256', '#Bytes', 'Content'],
              assumed.map(({ digest, size, mediaType }) => [
                hexOf(digest),
                size,
                shortType(mediaType),
              ]),
            )}`
    }`;
}

function contentOf({ path, mediaType }: BundleEntry): string {
  return mediaType === undefined ? path : shortType(mediaType);
}

function shortType(mediaType: string): string {
  if (isIndexType(mediaType)) return 'index';
  if (isManifestType(mediaType)) return 'manifest';
  if (/\.config\.|container\.image\.v1/.test(mediaType)) return 'config';
  if (/\.layer\.|rootfs\.diff/.test(mediaType)) return 'layer';
  return mediaType;
}
