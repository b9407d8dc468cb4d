/** One configuration over another, as GitLab lays them: hashes into each other, everything else in place of it. */
import { hashOf, type PipelineHash, type PipelineValue } from './pipeline-value.js';

export function mergeHashes(below: PipelineHash, above: PipelineHash): PipelineHash {
  const merged = new Map<string, PipelineValue>(below);
  for (const [key, value] of above) {
    const before = hashOf(merged.get(key));
    const after = hashOf(value);
    merged.set(key, before && after ? mergeHashes(before, after) : value);
  }
  return merged;
}
