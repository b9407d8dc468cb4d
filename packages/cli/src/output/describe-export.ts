/** What `export` tells when it is done, and what `--plan` tells instead. */
import type { BundleManifest } from '@sallyport/bundle';
import type { ExportReport } from '@sallyport/connected';
import { bundleJson, bundleLines } from './describe-bundle.js';
import { formatBytes } from './format.js';

interface Result {
  readonly json: object;
  readonly lines: readonly string[];
}

export function exportResult(report: ExportReport, file: string): Result {
  const { manifest, digest, fileBytes, isSigned } = report;
  return {
    json: { file, bundle: digest, fileBytes, isSigned, ...bundleJson(manifest) },
    lines: [
      `wrote ${file === '-' ? 'standard output' : file}, ${formatBytes(fileBytes)}`,
      `bundle:      ${digest}`,
      ...(isSigned
        ? []
        : [
            'signature:   NONE YET: sign what `sallyport digest` prints, then `sallyport attach-signature`',
          ]),
      ...bundleLines(manifest),
    ],
  };
}

export function planResult(manifest: BundleManifest): Result {
  const hosts = [...new Set(manifest.sources.map(({ host }) => host))].sort();
  return {
    json: { hosts, ...bundleJson(manifest) },
    lines: [...bundleLines(manifest), `registries:  ${hosts.join(', ')}`],
  };
}
