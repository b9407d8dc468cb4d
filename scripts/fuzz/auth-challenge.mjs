/** What a 401 asks for: a password goes nowhere but to an address with TLS, or as bare as the registry itself. */
import { promise } from '../lib/fuzz/execute.mjs';
import { textMutations } from '../lib/fuzz/mutate-text.mjs';
import { chooseChallenge, parseChallenges } from '../../packages/oras-js/dist/auth/challenge.js';
import { checkRealm } from '../../packages/oras-js/dist/auth/realm.js';
import { mergeScopes } from '../../packages/oras-js/dist/auth/scope.js';

const words = [
  'Bearer ',
  'Basic ',
  'realm=',
  'realm="https://auth.example.com/token"',
  'service=',
  'scope="repository:a/b:pull,push"',
  '"',
  '\\',
  '\\"',
  ',',
  '=',
  ' ',
  '\t',
  '://',
  'http://',
  'https://user:secret@',
  '//evil.example',
  '__proto__=x',
  'error="x"',
  '\u0080',
  '%',
];
const challengers = ['https://registry.example.com/v2/', 'http://127.0.0.1:5000/v2/'];

export const reader = {
  name: 'auth-challenge',
  refusals: ['REGISTRY_PROTOCOL'],
  mutations: textMutations(words),
  open: async () => ({
    run: (bytes) => {
      const challenges = parseChallenges(bytes.toString('latin1'));
      for (const { scheme, parameters } of challenges) {
        promise(scheme === scheme.toLowerCase(), 'a scheme in capitals');
        promise(
          Object.values(parameters).every((value) => typeof value === 'string'),
          'no text',
        );
        mergeScopes((parameters.scope ?? '').split(' '));
      }
      const chosen = chooseChallenge(challenges);
      promise(
        chosen === undefined || ['basic', 'bearer'].includes(chosen.scheme),
        'another scheme',
      );
      if (typeof chosen?.parameters.realm === 'string') checkAddress(chosen.parameters.realm);
    },
  }),
};

function checkAddress(realm) {
  for (const challenger of challengers) {
    const url = checkRealm({ realm, challenger: new URL(challenger), operation: 'pulling' });
    promise(url.protocol === 'https:' || challenger.startsWith('http:'), 'no TLS');
    promise(url.username === '' && url.password === '', 'a name in the address');
  }
}
