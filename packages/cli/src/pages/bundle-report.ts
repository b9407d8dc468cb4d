/** Takes what a transfer report shows out of a bundle, and writes the page to a new file. */
import {
  formatTime,
  PartialFile,
  type BundleImage,
  type UnverifiedBundle,
  type VerifiedBundle,
} from '@sallyport/bundle';
import { uncheckedSources } from '@sallyport/offline';
import type { CliContext } from '../cli-context.js';
import { version } from '../version.js';
import type { ImageLayers } from './image-part.js';
import { transferReport, type TransferReport } from './transfer-report.js';

export type BundleReport = Omit<TransferReport, 'file' | 'tool' | 'host' | 'time'>;

const notScanned = 'the contents of the images: nothing was scanned for malware here';

export function verifiedReport(bundle: VerifiedBundle, areContentsProven: boolean): BundleReport {
  const { manifest, digest, fileBytes, signers, notes } = bundle;
  const fingerprints = signers.map(({ fingerprint }) => fingerprint);
  return {
    manifest,
    digest,
    fileBytes,
    signature: { state: 'verified', fingerprints, notes },
    areContentsProven,
    layersOf: (image) => layersOf(image, bundle),
    notChecked: [
      ...(areContentsProven ? [] : ['the bytes of the layers; "sallyport verify" reads them all']),
      ...uncheckedSources(manifest.sources),
      notScanned,
    ],
  };
}

export function unverifiedReport(bundle: UnverifiedBundle): BundleReport {
  const { manifest, digest, fileBytes } = bundle;
  return {
    manifest,
    digest,
    fileBytes,
    signature: { state: 'not-checked' },
    areContentsProven: false,
    layersOf: undefined,
    notChecked: [
      'the signature, and with it everything on this page',
      ...uncheckedSources(manifest.sources),
      notScanned,
    ],
  };
}

/** @param bundleName As the bundle was named. @throws BundleError `OUTPUT_EXISTS` or `OUTPUT_UNWRITABLE`. */
export async function writeReport(
  file: string,
  bundleName: string,
  report: BundleReport,
  { now, hostName: host }: CliContext,
): Promise<void> {
  const about = { file: bundleName, tool: `sallyport/${version}`, host, time: formatTime(now()) };
  const page = transferReport({ ...report, ...about });
  const partial = await PartialFile.create(file);
  try {
    await partial.write([Buffer.from(page)], 0);
    await partial.publish();
  } catch (error) {
    await partial.discard();
    throw error;
  }
}

function layersOf(image: BundleImage, bundle: VerifiedBundle): readonly ImageLayers[] {
  const platforms = new Map(image.platforms.map(({ digest, platform }) => [digest, platform]));
  return bundle.documentsOf(image).flatMap(({ manifest, descriptor }) => {
    if (manifest.kind === 'index') return [];
    const platform = platforms.get(descriptor.digest);
    const isKnown = platform !== undefined && platform !== 'unknown/unknown';
    const other = manifest.artifactType ?? 'attached to the image';
    return [{ name: isKnown ? platform : other, layers: manifest.layers }];
  });
}
