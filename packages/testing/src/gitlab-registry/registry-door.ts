/**
 * The registry of a GitLab as the world sees it: the reference registry behind, and what GitLab does differently before it.
 *
 * Blobs are not sent from here but from another host; tags may be protected or immutable; referrers are not listed.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { bodyOf, reply, type Answering } from '../loopback-server.js';
import { mayMaintain, projectOf, type GitlabAccount, type GitlabSite } from './gitlab-site.js';
import { handOn, statusBehind } from './hand-on.js';
import { tagRefusal } from './tag-rules.js';

export interface BehindTheDoor {
  readonly site: GitlabSite;
  /** Of the reference registry. */
  readonly port: number;
  readonly addressOf: (digest: string) => string;
  /** Who was given this token. */
  readonly holderOf: (authorization: string | undefined) => GitlabAccount | undefined;
  readonly date: () => string;
}

export function registryDoor(behind: BehindTheDoor): Answering {
  return async (request, response) => {
    const { method = '', url = '' } = request;
    const date = behind.date();
    response.setHeader('Date', date);
    const { pathname } = new URL(url, 'http://registry');
    if (/\/referrers\/[^/]+$/.test(pathname)) {
      await bodyOf(request);
      reply(response, 404, { 'Content-Type': 'text/plain' }, '404 page not found\n');
      return;
    }
    const blob = /\/blobs\/(sha256:[0-9a-f]{64})$/.exec(pathname)?.[1];
    if (method === 'GET' && blob !== undefined && (await statusOf(request, behind)) === 200) {
      reply(response, 307, { Location: behind.addressOf(blob) });
      return;
    }
    const tagged = /^\/v2\/(.+)\/manifests\/([^/:]+)$/.exec(pathname);
    if (method === 'PUT' && tagged !== null) {
      const [, repository = '', tag = ''] = tagged;
      if (await isTagRefused(request, response, behind, { repository, tag })) return;
    }
    await handOn(request, response, { port: behind.port, date });
  };
}

async function isTagRefused(
  request: IncomingMessage,
  response: ServerResponse,
  behind: BehindTheDoor,
  { repository, tag }: { readonly repository: string; readonly tag: string },
): Promise<boolean> {
  const { site, holderOf } = behind;
  const project = projectOf(site, repository);
  const holder = holderOf(request.headers.authorization);
  if (project === undefined || holder === undefined) return false;
  const refusal = tagRefusal(project, tag, {
    mayMaintain: mayMaintain(project, holder),
    isThere: (await statusOf(request, behind)) === 200,
  });
  if (refusal === undefined) return false;
  await bodyOf(request);
  const body = JSON.stringify({ errors: [refusal] });
  reply(response, 401, { 'Content-Type': 'application/json' }, body);
  return true;
}

const everyManifest = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** Asks the registry behind, as the one who asks here. */
function statusOf(
  { url = '', headers }: IncomingMessage,
  { port }: BehindTheDoor,
): Promise<number> {
  const { authorization, host } = headers;
  const asked = { host, accept: everyManifest, ...(authorization && { authorization }) };
  return statusBehind(port, url, asked);
}
