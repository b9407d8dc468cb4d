/** What becomes known about a run while it runs, for its line in the custody log. */
import type { BundleManifest, CustodyFacts } from '@sallyport/bundle';
import type { Digest } from 'oras-js';

type Known = Partial<
  Pick<
    CustodyFacts,
    | 'file'
    | 'source'
    | 'bundle'
    | 'channel'
    | 'sequence'
    | 'keys'
    | 'destination'
    | 'reasons'
    | 'receipt'
    | 'dryRun'
  >
>;

export class RunRecord {
  private known: Known = {};

  /** What is noted twice holds the later value. */
  note(more: Known): void {
    this.known = { ...this.known, ...more };
  }

  /** A bundle that was made, or whose signature was found good. */
  noteBundle(
    { channel, sequence }: BundleManifest,
    bundle: Digest,
    signers: readonly { readonly fingerprint: string }[],
  ): void {
    this.note({ bundle, channel, sequence, keys: signers.map(({ fingerprint }) => fingerprint) });
  }

  /** Why a refusal was overridden. */
  noteReason(reason: string): void {
    this.note({ reasons: [...(this.known.reasons ?? []), reason] });
  }

  get facts(): Known {
    return this.known;
  }
}
