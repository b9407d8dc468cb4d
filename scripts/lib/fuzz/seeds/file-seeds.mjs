/** Files that a site keeps: trust, memory of imports, custody log, credentials. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { goldenOptions } from '@sallyport/testing';
import { CustodyLog, parsePublicKey } from '../../../../packages/bundle/dist/index.js';
import { formatTrustFile } from '../../../../packages/bundle/dist/trust/format-trust-file.js';
import { emptyTrust } from '../../../../packages/bundle/dist/trust/site-trust.js';
import { emptyState, stateAfter } from '../../../../packages/offline/dist/state/channel-state.js';
import { formatState } from '../../../../packages/offline/dist/state/state-text.js';

export async function fileSeeds() {
  return {
    'trust-file': { 'small.json': await trustFile({}), 'full.json': await trustFile(everything) },
    'state-file': { 'imports.json': await stateFile(), 'reset.json': await resetFile() },
    'custody-log': { 'whole.jsonl': await custodyLog(3), 'one.jsonl': await custodyLog(1) },
    'docker-config': { 'config.json': dockerConfig() },
  };
}

const everything = {
  site: 'plant 7',
  maxAgeDays: 30,
  requireExpires: true,
  sourceHosts: ['registry.example.com'],
  minimumSequence: new Map([['nightly', 7]]),
};

async function trustFile(more) {
  const [{ publicKeyPem }] = (await goldenOptions()).signers;
  const terms = {
    name: 'test-only',
    key: parsePublicKey(publicKeyPem, 'test-only.pub'),
    channels: ['default', 'nightly'],
    notBefore: '2026-01-01T00:00:00Z',
    notAfter: '2027-01-01T00:00:00Z',
    revoked: { at: '2026-06-01T00:00:00Z', reason: 'a test' },
  };
  return formatTrustFile({ ...emptyTrust, keys: [terms], ...more });
}

async function stateFile() {
  const records = [3, 5, 4].map((sequence) => ({
    sequence,
    bundle: `sha256:${String(sequence).repeat(64)}`,
    created: `2026-01-0${sequence}T03:04:05Z`,
    imported: '2026-01-09T00:00:00Z',
    destination: 'registry.example.com/team',
    keys: ['a'.repeat(64)],
    rollbackReason: sequence === 4 ? 'the newer one was broken' : undefined,
  }));
  return formatState(records.reduce(stateAfter, emptyState('nightly')));
}

async function resetFile() {
  const forgotten = { sequence: 5, bundle: `sha256:${'5'.repeat(64)}` };
  const reset = { at: '2026-01-09T00:00:00Z', reason: 'a test', forgotten };
  return formatState({ ...emptyState('nightly'), reset });
}

async function custodyLog(runs) {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-seeds-'));
  try {
    const log = await CustodyLog.open(join(folder, 'custody.jsonl'));
    for (let run = 1; run <= runs; run += 1) {
      const time = `2026-01-0${run}T03:04:05Z`;
      const common = { time, event: 'import', tool: 'sallyport', host: 'offline' };
      await log.append({ ...common, outcome: 'success', channel: 'nightly', sequence: run });
    }
    return readFileSync(log.file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function dockerConfig() {
  const auth = Buffer.from('test-only:no secret').toString('base64');
  return JSON.stringify({
    auths: {
      'registry.example.com': { auth },
      'https://index.docker.io/v1/': { username: 'test-only', password: 'no secret' },
      'registry.example.com:5000/team': { identitytoken: 'test-only' },
      'empty.example.com': {},
    },
    credsStore: 'desktop',
    credHelpers: { 'gcr.example.com': 'gcloud' },
  });
}
