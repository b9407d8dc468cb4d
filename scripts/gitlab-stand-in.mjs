/**
 * gitlab-stand-in.mjs [--token-seconds 300] [--bans-after 300]
 *
 * A stand-in for a GitLab with its container registry, to try things against by hand: it says its
 * addresses and who may do what there, and ends on Ctrl-C. It listens on this machine alone.
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { sampleSite, startGitlabRegistry } from '@sallyport/testing';
import { missingPrograms } from './lib/install-programs.mjs';

const { values: flags } = parseArgs({
  options: {
    'token-seconds': { type: 'string', default: '300' },
    'bans-after': { type: 'string', default: '300' },
  },
});
const missing = missingPrograms(['docker-registry', 'openssl']);
if (missing.length > 0) {
  console.error(`error: these programs are missing: ${missing.join(', ')}`);
  process.exit(2);
}
const numbers = [flags['token-seconds'], flags['bans-after']].map(Number);
if (numbers.some((number) => !Number.isSafeInteger(number) || number < 1)) {
  console.error('error: expected whole numbers above 0 for --token-seconds and --bans-after');
  process.exit(2);
}

const site = sampleSite();
const [lifetimeSeconds, bansAfter] = numbers;
const gitlab = await startGitlabRegistry({ site, lifetimeSeconds, bansAfter });
console.log(`registry  ${gitlab.host}
tokens    http://${gitlab.gitlabHost}/jwt/auth
storage   ${gitlab.storageHost}
projects  ${site.projects.map(({ path, visibility }) => `${path} (${visibility})`).join(', ')}
users, for tests only`);
for (const { username, password, rights = {}, jobOf } of site.accounts) {
  const may = Object.entries(rights).map(([path, right]) => `${right} ${path}`);
  const what = jobOf === undefined ? may.join(', ') : `job of ${jobOf}`;
  console.log(`  ${username} ${password}: ${what}`);
}
console.log('Ctrl-C ends it');
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
await gitlab[Symbol.asyncDispose]();
