/** Names of images and destinations: what is taken comes back the same, and has an address. */
import { isDeepStrictEqual } from 'node:util';
import {
  formatPlatform,
  formatReference,
  isRepository,
  parsePlatform,
  parseReference,
} from 'oras-js';
import { promise } from '../lib/fuzz/execute.mjs';
import { textMutations } from '../lib/fuzz/mutate-text.mjs';
import { RegistryOrigins } from '../../packages/oras-js/dist/registry/registry-origin.js';
import {
  mapRepository,
  parseDestination,
  parseMappingRule,
} from '../../packages/offline/dist/index.js';

const words = [
  '/',
  ':',
  '@',
  '.',
  '-',
  '_',
  '__',
  '//',
  'sha256:',
  `@sha256:${'a'.repeat(64)}`,
  'docker.io',
  'index.docker.io',
  'localhost',
  '[::1]',
  '[',
  ']',
  ':5000',
  ':65536',
  ':00443',
  'library/',
  'https://',
  '%2f',
  'é',
  '\u0000',
  'A',
  '=',
  'linux/arm64/v8',
];
const noProxy = { http: undefined, https: undefined, noProxy: [] };

export const reader = {
  name: 'reference',
  refusals: ['REFERENCE_INVALID'],
  mutations: textMutations(words),
  open: async () => ({
    run: async (bytes) => {
      const text = bytes.toString('utf8');
      checkDestination(text);
      roundTrip(text, parsePlatform, formatPlatform, 'PLATFORM_INVALID');
      const reference = parseReference(text);
      const full = formatReference(reference);
      promise(isDeepStrictEqual(parseReference(full), reference), 'comes back as another name');
      promise(formatReference(parseReference(full)) === full, 'has two full spellings');
      await checkAddress(reference);
    },
  }),
};

async function checkAddress({ registry, repository }) {
  // Plain http is said for it, so that nothing is tried on the network.
  const origins = new RegistryOrigins(
    [registry, registry.toLowerCase(), 'registry-1.docker.io'],
    noProxy,
    1,
  );
  const origin = isLoopbackName(registry) ? `http://${registry}` : await origins.originOf(registry);
  const url = new URL(`${origin}/v2/${repository}/tags/list`);
  promise(url.pathname === `/v2/${repository}/tags/list`, 'another path');
  promise(
    url.username === '' && url.search === '' && url.hash === '',
    'an address with more in it',
  );
}

function isLoopbackName(registry) {
  return /^(?:localhost|127\.|\[)/.test(registry);
}

function checkDestination(text) {
  const destination = outcome(() => parseDestination(text), 'IMPORT_DESTINATION_INVALID');
  if (destination !== undefined) {
    const mapped = mapRepository('team/app', destination, { keepPath: true });
    promise(/^[a-z0-9._/-]+$/.test(mapped), 'a repository that is none');
    promise(
      parseReference(`${destination.registry}/x`).registry === destination.registry,
      'no host',
    );
  }
  const rule = outcome(() => parseMappingRule(text), 'IMPORT_DESTINATION_INVALID');
  promise(rule === undefined || rule.every(isRepository), 'a rule that names no repository');
}

function roundTrip(text, parse, format, code) {
  const value = outcome(() => parse(text), code);
  promise(value === undefined || format(value) === text, 'comes back as another text');
}

function outcome(parse, code) {
  try {
    return parse();
  } catch (error) {
    if (error.code !== code) throw error;
    return undefined;
  }
}
