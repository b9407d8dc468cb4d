/**
 * The questions of an import without an import: nothing is locked or written.
 *
 * A dry run is refused as the import would be. Verifying a bundle is about the
 * bundle, so there the state only adds a note.
 */
import { checkPolicy, type CheckPolicy } from '@sallyport/bundle';
import type { ChannelState } from './channel-state.js';
import { decideImport, type ImportChoices } from './decide-import.js';
import type { GateRequest } from './import-gate.js';
import { StateError } from './state-error.js';
import { StateFolder } from './state-folder.js';

/** @throws (the function it returns) PolicyError, StateError */
export function dryGate({ trust, folder, choices, now }: GateRequest): CheckPolicy {
  return async (manifest, signers, bundle) => {
    const state = await new StateFolder(folder).read(manifest.channel);
    const clock = { now: now(), newestCreated: state?.newestCreated };
    const notes = checkPolicy(trust, manifest, signers, clock);
    return [...notes, ...decideImport(state, manifest, bundle, choices, trust).notes];
  };
}

/** @throws (the function it returns) PolicyError */
export function verifyGate({ trust, folder, now }: Omit<GateRequest, 'choices'>): CheckPolicy {
  return async (manifest, signers, bundle) => {
    const states = new StateFolder(folder);
    const state = await states.read(manifest.channel).catch(problemOf);
    const newestCreated = state instanceof StateError ? undefined : state?.newestCreated;
    const notes = checkPolicy(trust, manifest, signers, { now: now(), newestCreated });
    const judge = (known: ChannelState | undefined): readonly string[] =>
      importNotes(() => decideImport(known, manifest, bundle, anyDestination, trust));
    return [...notes, ...(state instanceof StateError ? [refusalNote(state)] : judge(state))];
  };
}

const anyDestination: ImportChoices = {
  destination: undefined,
  firstImport: false,
  rollbackReason: undefined,
  again: false,
};

function importNotes(decide: () => ReturnType<typeof decideImport>): readonly string[] {
  try {
    const { kind, notes } = decide();
    // That nothing was imported yet says nothing about the bundle.
    return kind === 'first' ? [] : notes;
  } catch (error) {
    return [refusalNote(problemOf(error))];
  }
}

function problemOf(error: unknown): StateError {
  if (error instanceof StateError) return error;
  throw error;
}

function refusalNote({ code, message }: StateError): string {
  return code === 'STATE_ALREADY_IMPORTED'
    ? message
    : `import would refuse it: ${message} [${code}]`;
}
