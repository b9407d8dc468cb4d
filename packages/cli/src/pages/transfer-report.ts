/**
 * What is in a bundle, as a page for the officer who approves the transfer:
 * images, layers, all hashes, who signed, what was not checked, and room to sign.
 */
import type { BundleImage, BundleManifest, BundleSource } from '@sallyport/bundle';
import { hexOf, type Digest } from 'oras-js';
import { formatBytes } from '../output/format.js';
import { hashList } from './hash-list.js';
import { html, type Markup } from './html.js';
import { imagePart, type ImageLayers } from './image-part.js';
import { facts, grouped, page, readableTime, section } from './page.js';
import { signatureForm } from './signature-form.js';

export interface TransferReport {
  /** The bundle as it was named. */
  readonly file: string;
  readonly fileBytes: number;
  readonly manifest: BundleManifest;
  readonly digest: Digest;
  readonly signature: ReportedSignature;
  /** Whether every byte behind the list was read and found to be what the list says. */
  readonly areContentsProven: boolean;
  /** Undefined when the manifests were not read, as for a bundle whose signature was not checked. */
  readonly layersOf: ((image: BundleImage) => readonly ImageLayers[]) | undefined;
  /** Sentences, each the rest of "not checked: …". */
  readonly notChecked: readonly string[];
  readonly tool: string;
  readonly host: string;
  /** `YYYY-MM-DDTHH:MM:SSZ` */
  readonly time: string;
}

export type ReportedSignature =
  | {
      readonly state: 'verified';
      /** 64 hex digits each. */
      readonly fingerprints: readonly string[];
      readonly notes: readonly string[];
    }
  | { readonly state: 'not-checked' };

export function transferReport(report: TransferReport): string {
  const { manifest, digest, file, fileBytes, tool, host, time } = report;
  const { images, entries } = manifest;
  return page(`Transfer report: ${titleOf(manifest)}`, [
    html`<header>
      <p class="kind">Transfer report</p>
      <h1>${titleOf(manifest)}</h1>
      <p class="soft">
        ${counted(images.length, 'image')} in ${counted(entries.length, 'file')},
        ${formatBytes(fileBytes)}
      </p>
    </header> `,
    signaturePart(report),
    section('Bundle', bundleFacts(report)),
    section('Images', imageParts(report)),
    section(
      'Not checked',
      html`<ul>
        ${report.notChecked.map((sentence) => html`<li>${sentence}</li> `)}
      </ul>`,
    ),
    section('Every file in the bundle', hashList(manifest)),
    signatureForm(
      ['Requested by', 'Approved by', 'Carried by', 'Received by', 'Imported by'],
      [
        'Transfer number',
        'Purpose or ticket',
        'Marking of content and medium',
        'Medium: type, serial number, seal',
        'Malware scan before: engine, definitions, result',
        'Malware scan after: engine, definitions, result',
        'Remarks',
      ],
    ),
    html`<footer>
      Written from <code>${file}</code> by ${tool} on ${host}, ${readableTime(time)}. Bundle digest
      (SHA-256 of its signed list): <code>${hexOf(digest)}</code>
    </footer>`,
  ]);
}

function signaturePart({ signature, areContentsProven, digest }: TransferReport): Markup {
  const identity = html`<p class="soft">Bundle digest, SHA-256 of the signed list</p>
    ${grouped(hexOf(digest))}`;
  if (signature.state === 'not-checked') {
    return section(
      'Signature',
      html`<div class="state open">
        <p>
          <strong>Not checked.</strong> Nothing on this page is proven. Make it again with the
          public key of the signer.
        </p>
      </div>`,
      identity,
    );
  }
  const contents = areContentsProven
    ? 'Every byte of the bundle was read and is what was signed.'
    : 'The list and the manifests were checked; the layers were not read for this page.';
  return section(
    'Signature',
    html`<div class="state">
      <p>
        <strong>Good signature by ${counted(signature.fingerprints.length, 'trusted key')}.</strong>
        ${contents}
      </p>
    </div>`,
    html`<p class="soft">Fingerprint of the key: compare it with the one that you know</p>`,
    signature.fingerprints.map(grouped),
    signature.notes.map((note) => html`<p>Note: ${note}</p>`),
    identity,
  );
}

function bundleFacts({ manifest, file, fileBytes }: TransferReport): Markup {
  const { channel, sequence, created, expires, kind, base, previous, audience } = manifest;
  return facts([
    ['File', html`<code>${file}</code>`],
    ['Size', `${formatBytes(fileBytes)} (${fileBytes} bytes)`],
    ['Channel', `${channel}, sequence ${sequence}`],
    ['Made', `${readableTime(created)} with ${manifest.tool}`],
    ['Expires', expires === undefined ? 'no' : readableTime(expires)],
    ['Kind', kind === 'full' ? 'full: needs nothing else' : 'delta: needs its base bundle'],
    [
      'Base',
      base === undefined ? undefined : html`<code>${base.bundle}</code>, sequence ${base.sequence}`,
    ],
    ['Bundle before', previous === null ? undefined : html`<code>${previous}</code>`],
    ['For the sites', audience?.join(', ')],
    ...Object.entries(manifest.annotations).map(([name, text]) => [`Note: ${name}`, text] as const),
  ]);
}

function imageParts({ manifest, layersOf }: TransferReport): readonly Markup[] {
  const all = manifest.images.map((image) => layersOf?.(image) ?? []);
  const fullBytes = Math.max(
    ...all.flat().map(({ layers }) => layers.reduce((sum, { size }) => sum + size, 0)),
    1,
  );
  return manifest.images.map((image, at) =>
    imagePart(image, sourcesOf(image, manifest), all[at] ?? [], fullBytes),
  );
}

function sourcesOf(
  { repository, digest }: BundleImage,
  { sources }: BundleManifest,
): readonly BundleSource[] {
  return sources.filter((each) => each.repository === repository && each.digest === digest);
}

/** What it is about, for people: the first image by name. */
function titleOf({ images, channel }: BundleManifest): string {
  const [first, ...more] = images;
  if (first === undefined) return `channel ${channel}`;
  const [tag] = first.tags;
  const name = `${first.repository}${tag === undefined ? '' : `:${tag}`}`;
  return more.length === 0 ? name : `${name} and ${more.length} more`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
