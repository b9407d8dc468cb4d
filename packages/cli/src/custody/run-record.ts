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
    | 'started'
    | 'trustFile'
    | 'key'
    | 'changes'
  >
>;

export class RunRecord {
  private known: Known = {};
  private readonly addLine: (() => Promise<number>) | undefined;

  /** @param addLine Adds what is known so far to the log, as a run that started; returns the number of the line. */
  constructor(addLine?: () => Promise<number>) {
    this.addLine = addLine;
  }

  /** Before anything is changed that a killed run would leave behind. @throws CustodyError `LOG_…` */
  async begin(): Promise<void> {
    if (this.addLine !== undefined) this.note({ started: await this.addLine() });
  }

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

  /** Why it is done, or why a refusal is overridden. */
  noteReason(reason: string): void {
    this.note({ reasons: [...(this.known.reasons ?? []), reason] });
  }

  get facts(): Known {
    return this.known;
  }
}
