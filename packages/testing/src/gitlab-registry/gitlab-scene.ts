/** A stand-in for a GitLab, and a desk with a bundle to carry into it, logged in there or not. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CommandLine } from '../command-line/captured-run.js';
import { openDesk, type Desk } from '../command-line/desk.js';
import { handmadeBundle, type HandmadeBundle, type HandmadeOptions } from '../handmade-bundle.js';
import type { GitlabAccount, GitlabSite } from './gitlab-site.js';
import { OpenedParts } from './opened-parts.js';
import { sampleSite } from './sample-site.js';
import {
  startGitlabRegistry,
  type GitlabRegistry,
  type GitlabRegistryOptions,
} from './start-gitlab-registry.js';

export interface GitlabScene extends AsyncDisposable {
  readonly gitlab: GitlabRegistry;
  readonly site: GitlabSite;
  readonly desk: Desk;
  readonly bundle: HandmadeBundle;
  /** The bundle as a file, and the file of its public key. */
  readonly file: string;
  readonly trusted: string;
  /** From now on the desk is this account at the registry. */
  logIn(account: GitlabAccount): Promise<void>;
  /** The arguments that carry the bundle there. */
  importTo(path: string): readonly string[];
}

export async function openGitlabScene(
  run: CommandLine,
  options: Partial<GitlabRegistryOptions> & { readonly bundle?: HandmadeOptions } = {},
): Promise<GitlabScene> {
  const { bundle: bundleOptions, site = sampleSite(), ...rest } = options;
  const opened = new OpenedParts();
  const desk = opened.use(await openDesk(run));
  const bundle = await handmadeBundle(bundleOptions);
  const [file, trusted] = [desk.path('carried.tar'), desk.path('carried.pub')];
  await writeFile(file, bundle.bytes);
  await writeFile(trusted, bundle.publicKeyPem);
  const gitlab = opened.use(await startGitlabRegistry({ site, ...rest }));
  return {
    ...{ gitlab, site, desk, bundle, file, trusted },
    logIn: (account) => logIn(desk, gitlab.host, account),
    importTo: (path) => ['import', file, `${gitlab.host}/${path}`, '--key', trusted],
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

/** As `docker login` does. */
async function logIn(
  desk: Desk,
  host: string,
  { username, password }: GitlabAccount,
): Promise<void> {
  const file = desk.path('.docker/config.json');
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify({ auths: { [host]: { auth } } }));
}
