/** What the memory of earlier imports can say against an import, and what can be wrong with that memory. */
import { CodedError, type Digest } from 'oras-js';

export type StateErrorCode =
  /** No earlier import of the channel is known, and nobody said that this is the first one. */
  | 'STATE_MISSING'
  /** The state is truncated, damaged, or that of another channel. */
  | 'STATE_INVALID'
  /** The state was written by a newer version of this program. */
  | 'STATE_TOO_NEW'
  /** The state or a folder on the way to it belongs to another user, or group or others may write to it. */
  | 'STATE_PERMISSIONS'
  /** The state cannot be read. */
  | 'STATE_UNREADABLE'
  /** The state is read-only or cannot be written; what was there is as it was. */
  | 'STATE_UNWRITABLE'
  /** Another import of the channel is running. */
  | 'STATE_LOCKED'
  /** Another import took over the channel while this one was held up. */
  | 'STATE_LOCK_LOST'
  /** The bundle is older than one that was imported. */
  | 'STATE_ROLLBACK'
  /** Another bundle with the same sequence was imported. */
  | 'STATE_SEQUENCE_REUSED'
  /** This very bundle was the last one imported to this destination. */
  | 'STATE_ALREADY_IMPORTED'
  /** A delta is based on a bundle that was not imported to this destination. */
  | 'STATE_BASE_UNKNOWN'
  /** A consent was given that this import does not need, so it must not stand in a script. */
  | 'STATE_CONSENT_UNNEEDED'
  /** Nothing was ever imported. */
  | 'STATE_NOTHING_IMPORTED'
  /** What was imported last is older than it may be. */
  | 'STATE_STALE';

export class StateError extends CodedError<StateErrorCode> {
  override readonly name = 'StateError';
}

/** The last import to the same destination, which was of the same bundle. */
export interface EarlierImport {
  readonly channel: string;
  readonly sequence: number;
  readonly bundle: Digest;
  /** `registry/prefix` */
  readonly destination: string;
  /** `YYYY-MM-DDTHH:MM:SSZ` */
  readonly imported: string;
}

/** Nothing is wrong and nothing is to do, so it says what there is. */
export class AlreadyImported extends StateError {
  readonly before: EarlierImport;

  constructor(before: EarlierImport) {
    const { channel, sequence, bundle, destination, imported } = before;
    super(
      'STATE_ALREADY_IMPORTED',
      `${channel} ${sequence} (${bundle}) was imported to ${destination} at ${imported}`,
      { hint: 'to write it once more, add --again' },
    );
    this.before = before;
  }
}
