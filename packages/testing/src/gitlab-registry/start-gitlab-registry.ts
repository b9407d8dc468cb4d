/**
 * A stand-in for a GitLab with its container registry, on three ports of loopback: the token service,
 * the registry, and the host that blobs are read from.
 *
 * The reference registry stores and judges; around it stands what GitLab does in its own way. What is
 * not made here: the web pages, the API, groups with members, quotas and clean-up.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { startDockerRegistry, type DockerRegistry } from '../docker-registry.js';
import { startLoopbackServer, type LoopbackServer } from '../loopback-server.js';
import { tempDir } from '../temp-dir.js';
import { testCertificates } from '../test-certificates.js';
import { tokenIssuer } from '../token-issuer.js';
import type { GitlabSite } from './gitlab-site.js';
import { OpenedParts } from './opened-parts.js';
import { registryDoor } from './registry-door.js';
import { startStorageHost } from './storage-host.js';
import { gitlabService, TokenService, type TokenQuestion } from './token-service.js';

export interface GitlabRegistryOptions {
  readonly site: GitlabSite;
  /** Of the tokens that are given out, in seconds. Default 300, as GitLab's own. */
  readonly lifetimeSeconds?: number;
  /** Failed logins after which nobody is let in. Default 300. */
  readonly bansAfter?: number;
}

export interface GitlabRegistry extends AsyncDisposable {
  /** Of the registry: what stands before the path in an image name. */
  readonly host: string;
  readonly url: string;
  /** Of the GitLab that gives the tokens. */
  readonly gitlabHost: string;
  /** Of the place where blobs are read. */
  readonly storageHost: string;
  /** Files of the reference registry behind: its storage, and `log.txt`. */
  readonly folder: string;
  /** What was asked of the registry: "GET /v2/". */
  readonly seen: readonly string[];
  /** What was asked of the storage host. */
  readonly downloads: readonly string[];
  readonly asked: readonly TokenQuestion[];
  /** Changes the tokens from now on. */
  giveTokensFor(lifetimeSeconds: number): void;
  /** Waits until the registry takes none of the tokens that were given so far. */
  untilExpired(): Promise<void>;
  /** Sets the clocks of all three, or that of the GitLab alone, ahead by so much; the registry behind keeps its own. */
  setClockAhead(ms: number, which?: 'all' | 'gitlab'): void;
}

export async function startGitlabRegistry(options: GitlabRegistryOptions): Promise<GitlabRegistry> {
  const opened = new OpenedParts();
  try {
    return await startIn(opened, options);
  } catch (error) {
    await opened[Symbol.asyncDispose]();
    throw error;
  }
}

async function startIn(
  opened: OpenedParts,
  { site, lifetimeSeconds = 300, bansAfter = 300 }: GitlabRegistryOptions,
): Promise<GitlabRegistry> {
  const folder = opened.use(await tempDir());
  const certificates = await testCertificates(folder.path);
  const issuer = 'gitlab-issuer';
  const issue = await tokenIssuer(certificates.server, { issuer, service: gitlabService });
  const tokens = new TokenService(site, issue, { lifetimeSeconds, bansAfter });
  const gitlab = opened.use(await startLoopbackServer(tokens.answer));
  const registry = opened.use(
    await startDockerRegistry({
      token: {
        realm: `${gitlab.url}/jwt/auth`,
        service: gitlabService,
        issuer,
        rootCertificates: certificates.ca,
      },
    }),
  );
  return await openDoor({ site, tokens, gitlab, registry }, opened);
}

interface Parts {
  readonly site: GitlabSite;
  readonly tokens: TokenService;
  readonly gitlab: LoopbackServer;
  readonly registry: DockerRegistry;
}

async function openDoor(
  { site, tokens, gitlab, registry }: Parts,
  opened: OpenedParts,
): Promise<GitlabRegistry> {
  const storage = opened.use(await startStorageHost(`${registry.folder}/data`));
  let aheadMs = 0;
  const door = opened.use(
    await startLoopbackServer(
      registryDoor({
        site,
        port: registry.port,
        addressOf: storage.addressOf,
        holderOf: tokens.holderOf,
        date: () => new Date(Date.now() + aheadMs).toUTCString(),
      }),
    ),
  );
  return {
    host: door.host,
    url: door.url,
    gitlabHost: gitlab.host,
    storageHost: storage.host,
    folder: registry.folder,
    seen: door.seen,
    downloads: storage.seen,
    asked: tokens.asked,
    giveTokensFor: (lifetimeSeconds) => {
      tokens.lifetimeSeconds = lifetimeSeconds;
    },
    untilExpired: () => sleep(Math.max(0, tokens.refusedFromMs - Date.now())),
    setClockAhead: (ms, which = 'all') => {
      tokens.clockAheadMs = ms;
      if (which === 'all') aheadMs = ms;
    },
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}
