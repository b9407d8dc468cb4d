/** Docker's configuration: errors name the file and nothing of what is in it. */
import { writeFileSync } from 'node:fs';
import { promise } from '../lib/fuzz/execute.mjs';
import { jsonMutations } from '../lib/fuzz/mutate-json.mjs';
import { readDockerConfig } from '../../packages/oras-js/dist/auth/docker-config.js';
import { namesServer } from '../../packages/oras-js/dist/auth/server-names.js';
import { openScratch } from '../lib/fuzz/scratch.mjs';

export const reader = {
  name: 'docker-config',
  refusals: ['CREDENTIALS_INVALID'],
  mutations: jsonMutations,
  open: async () => {
    const { file, close } = openScratch('config.json');
    return {
      close,
      run: async (bytes) => {
        writeFileSync(file, bytes);
        checkConfig(await read(file));
      },
    };
  },
};

async function read(file) {
  try {
    return await readDockerConfig(file);
  } catch (error) {
    const said = `${file}: expected the JSON of a Docker configuration`;
    promise(error.message === said && error.cause === undefined, 'an error that quotes the file');
    throw error;
  }
}

function checkConfig({ auths, credsStore, credHelpers }) {
  for (const [server, credential] of auths) {
    namesServer(server, 'registry.example.com', 'team/app');
    for (const value of Object.values(credential ?? {})) {
      promise(typeof value === 'string', 'a credential that is no text');
    }
    promise(!credential?.username.includes(':'), 'a user name with a colon');
  }
  for (const helper of [credsStore, ...credHelpers.values()]) {
    promise(helper === undefined || typeof helper === 'string', 'a helper that is no text');
  }
}
