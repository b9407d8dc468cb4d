/**
 * Lets one bundle through: policy and state before anything is pushed, the
 * new state when everything is there.
 *
 * It holds the channel's lock from the moment the list is proven until it is
 * disposed of, so no other import can pass between the question and the answer.
 */
import {
  checkPolicy,
  formatTime,
  type BundleManifest,
  type CheckPolicy,
  type SiteTrust,
  type VerifiedBundle,
} from '@sallyport/bundle';
import type { CallOptions } from 'oras-js';
import { ChannelLock } from './channel-lock.js';
import { emptyState, stateAfter, type ChannelState } from './channel-state.js';
import { decideImport, type ImportChoices, type ImportDecision } from './decide-import.js';
import { StateFolder } from './state-folder.js';

export interface GateRequest {
  readonly trust: SiteTrust;
  readonly folder: string;
  readonly choices: ImportChoices & { readonly destination: string };
  readonly now: () => Date;
}

export interface GateOptions extends CallOptions {
  /** How long to wait for another import of the channel, in milliseconds. Default 60 000. */
  readonly lockWaitMs?: number;
}

/** A job that imports small bundles one after the other shall not fail for meeting itself. */
export const defaultLockWaitMs = 60_000;

export class ImportGate implements AsyncDisposable {
  private readonly request: GateRequest;
  private readonly options: GateOptions;
  private readonly folder: StateFolder;
  private passed: Passed | undefined;

  constructor(request: GateRequest, options: GateOptions = {}) {
    this.request = request;
    this.options = options;
    this.folder = new StateFolder(request.folder);
  }

  /** For `openBundle`. @throws PolicyError, StateError */
  readonly check: CheckPolicy = async (manifest, signers, bundle) => {
    const { trust, choices, now } = this.request;
    const { channel } = manifest;
    await this.folder.prepare();
    const lock = await ChannelLock.take(this.folder.path, channel, {
      signal: this.options.signal,
      waitMs: this.options.lockWaitMs ?? defaultLockWaitMs,
    });
    try {
      const state = await this.folder.read(channel, 'to-write');
      const clock = { now: now(), newestCreated: state?.newestCreated };
      const notes = checkPolicy(trust, manifest, signers, clock);
      const decision = decideImport(state, manifest, bundle, choices, trust);
      this.passed = { lock, state: state ?? emptyState(channel), decision };
      return [...notes, ...decision.notes];
    } catch (error) {
      await lock[Symbol.asyncDispose]();
      throw error;
    }
  };

  /** What was decided; only after `check`. */
  get decision(): ImportDecision {
    return this.requirePassed().decision;
  }

  /** For `importBundle`, before the first tag. @throws StateError `STATE_LOCK_LOST` */
  readonly confirm = async (): Promise<void> => {
    await this.requirePassed().lock.confirm();
  };

  /** Step 18: only after every tag is written. @throws StateError `STATE_LOCK_LOST` or `STATE_UNWRITABLE` */
  async record({ digest, manifest, signers }: VerifiedBundle): Promise<void> {
    const { lock, state, decision } = this.requirePassed();
    await lock.confirm();
    const record = {
      ...recordedFacts(manifest),
      bundle: digest,
      imported: formatTime(this.request.now()),
      destination: this.request.choices.destination,
      keys: signers.map(({ fingerprint }) => fingerprint),
      images: [...new Set(manifest.images.map(({ repository }) => repository))],
      rollbackReason: decision.rollbackReason,
    };
    await this.folder.write(stateAfter(state, record));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.passed?.lock[Symbol.asyncDispose]();
  }

  private requirePassed(): Passed {
    if (this.passed === undefined) throw new Error('the gate was asked before its check');
    return this.passed;
  }
}

interface Passed {
  readonly lock: ChannelLock;
  readonly state: ChannelState;
  readonly decision: ImportDecision;
}

function recordedFacts({ sequence, created }: BundleManifest): {
  readonly sequence: number;
  readonly created: string;
} {
  return { sequence, created };
}
