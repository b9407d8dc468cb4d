/** The memory of a channel, and the lock beside it: a damaged one must never read as an empty or a lower one. */
import { isDeepStrictEqual } from 'node:util';
import { promise } from '../lib/fuzz/execute.mjs';
import { jsonMutations } from '../lib/fuzz/mutate-json.mjs';
import { formatState, parseState } from '../../packages/offline/dist/state/state-text.js';
import { parseOwner } from '../../packages/bundle/dist/owner/parse-owner.js';
import { decideImport } from '../../packages/offline/dist/state/decide-import.js';
import { emptyTrust } from '../../packages/bundle/dist/trust/site-trust.js';

const channel = 'nightly';
const choices = {
  destination: 'r.example/a',
  firstImport: false,
  rollbackReason: undefined,
  again: false,
};

export const reader = {
  name: 'state-file',
  refusals: ['STATE_INVALID', 'STATE_TOO_NEW'],
  mutations: jsonMutations,
  open: async () => ({
    run: (bytes) => {
      checkOwner(parseOwner(bytes));
      const state = parseState(bytes, channel, 'nightly.json');
      const again = parseState(Buffer.from(formatState(state)), channel, 'nightly.json');
      promise(isDeepStrictEqual(again, state), 'reads its own writing as another state');
      const { highest } = state;
      for (const { sequence } of state.imports) {
        promise(sequence <= highest.sequence, 'remembers an import above the highest');
      }
      if (highest !== undefined) checkDecision(state, highest);
    },
  }),
};

function checkOwner({ pid, started }) {
  for (const text of [pid, started]) {
    promise(text === undefined || /^[0-9]+$/.test(text), 'an owner that is no number');
  }
}

/** One below, and the same number for another bundle: neither may pass. */
function checkDecision(state, highest) {
  const bundle = `sha256:${'e'.repeat(64)}`;
  for (const sequence of [highest.sequence, highest.sequence - 1]) {
    const listed = { channel, sequence, kind: 'full', previous: null };
    let code = 'passed';
    try {
      decideImport(state, listed, bundle, choices, { ...emptyTrust, keys: [{ channels: [] }] });
    } catch (error) {
      ({ code } = error);
    }
    promise(
      bundle === highest.bundle ||
        ['STATE_ROLLBACK', 'STATE_SEQUENCE_REUSED', 'STATE_ALREADY_IMPORTED'].includes(code),
      `a step back: ${code}`,
    );
  }
}
