/** What `export` tells when it is done, and what `--plan` tells instead. */
import type { BundleManifest } from '@sallyport/bundle';
import type { ExportReport } from '@sallyport/connected';
import { bundleJson, bundleLines } from './describe-bundle.js';
import { formatBytes } from './format.js';

interface Result {
  readonly json: object;
  readonly lines: readonly string[];
}

export function exportResult({ manifest, digest, fileBytes }: ExportReport, file: string): Result {
  return {
    json: { file, bundle: digest, fileBytes, ...bundleJson(manifest) },
    lines: [
      `wrote ${file === '-' ? 'standard output' : file}, ${formatBytes(fileBytes)}`,
      `bundle:      ${digest}`,
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
