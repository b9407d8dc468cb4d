/** The receipt of an import as a page to read, print and sign. */
import type { ImportReceipt } from '@sallyport/offline';
import { hexOf, type Digest } from 'oras-js';
import { formatBytes } from '../output/format.js';
import { html, type Markup, type Shown } from './html.js';
import { facts, grouped, page, readableTime, section, table } from './page.js';
import { signatureForm } from './signature-form.js';

/** @param digest Of the receipt's JSON form. */
export function receiptPage(receipt: ImportReceipt, digest: Digest): string {
  const { bundle, registry, finished, tool, host } = receipt;
  return page(`Import receipt ${bundle.channel} ${bundle.sequence}`, [
    html`<header>
      <p class="kind">Import receipt</p>
      <h1>${registry}</h1>
      <p class="soft">
        Channel ${bundle.channel}, sequence ${bundle.sequence}; imported and read back
        ${readableTime(finished)}
      </p>
    </header> `,
    section('Bundle', grouped(hexOf(bundle.digest)), bundleFacts(receipt)),
    section('Signed by', receipt.signers.map(grouped)),
    section('Images', receipt.images.map(imagePart)),
    section('Blobs', blobTable(receipt)),
    remarks('Overridden, with these reasons', receipt.reasons),
    remarks('Notes', receipt.notes),
    remarks('Not checked', receipt.notChecked),
    signatureForm(
      ['Received by', 'Imported by', 'Checked by'],
      [
        'Transfer number',
        'Medium and seal',
        'Malware scan: engine, definitions, result',
        'Remarks',
      ],
    ),
    html`<footer>
      Written by ${tool} on ${host}. The JSON form of this receipt has the SHA-256
      <code>${hexOf(digest)}</code>.
    </footer>`,
  ]);
}

function bundleFacts({ bundle, file, started, finished, registry }: ImportReceipt): Markup {
  return facts([
    ['File', html`<code>${file}</code>`],
    ['Made', readableTime(bundle.created)],
    ['Expires', bundle.expires === null ? 'no' : readableTime(bundle.expires)],
    ['Kind', bundle.kind],
    ['Registry', html`<code>${registry}</code>`],
    ['Import began', readableTime(started)],
    ['Import ended', readableTime(finished)],
  ]);
}

function imagePart(image: ImportReceipt['images'][number]): Markup {
  const { source, repository, digest, tags, inPlaceOf } = image;
  return html`<h3>${repository}</h3>
    ${facts([
      ['In the bundle', source],
      ['Digest', html`<code>${digest}</code>`],
      [
        'In place of',
        inPlaceOf === null
          ? undefined
          : html`the index <code>${inPlaceOf}</code>, which the registry refused without its other
              platforms`,
      ],
    ])}
    ${
      tags.length === 0
        ? html`<p class="soft">No tag was written.</p>`
        : table(
            ['Tag', 'Before', 'Now'],
            tags.map(({ tag, before, after }) => [
              tag,
              changeOf(before, after),
              html`<code>${after}</code>`,
            ]),
          )
    } `;
}

function changeOf(before: Digest | null, after: Digest): Shown {
  if (before === null) return 'was not there';
  return before === after ? 'the same' : html`<code>${before}</code>`;
}

function blobTable({ blobs }: ImportReceipt): Markup {
  const outcomes = { pushed: 'sent', present: 'there already', proven: 'proven' } as const;
  return table(
    ['=SHA-256', '#Size', 'Outcome'],
    blobs.map(({ digest, bytes, outcome }) => [
      hexOf(digest),
      formatBytes(bytes),
      outcomes[outcome],
    ]),
  );
}

function remarks(title: string, sentences: readonly string[]): Markup | undefined {
  if (sentences.length === 0) return undefined;
  return section(
    title,
    html`<ul>
      ${sentences.map((sentence) => html`<li>${sentence}</li> `)}
    </ul>`,
  );
}
