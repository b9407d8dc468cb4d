/** What the parts of a repository share: where it is, and how to ask. */
import type { SerialQueue } from '../async/serial-queue.js';
import type { Scope } from '../auth/scope.js';
import { printable } from '../errors/printable.js';
import type { Retries } from '../http/retries.js';
import type { Access, HttpRequest, HttpResponse, Send } from '../http/send.js';
import type { TimeoutOptions } from '../http/timeouts.js';
import { errorFromResponse } from './error-from-response.js';
import type { PresenceMemory } from './presence-memory.js';
import type { UploadMemory } from './upload-methods.js';

export interface RepositoryContext {
  /** As the user wrote it. */
  readonly registry: string;
  readonly path: string;
  readonly timeouts: Required<TimeoutOptions>;
  /** Redirects, authorization and retries included. */
  readonly send: Send;
  /** Without retries, for what is repeated as a whole. */
  readonly sendOnce: Send;
  readonly retries: Retries;
  readonly uploads: UploadMemory;
  readonly presence: PresenceMemory;
  /** Orders the updates of one list of referrers within this program: the registry itself keeps no order. */
  readonly listUpdates: SerialQueue;
  /** As in `URL.origin`; found out at the first call. */
  origin(signal: AbortSignal | undefined): Promise<string>;
}

export type Rights = 'read' | 'write';

type Details = Omit<HttpRequest, 'url' | 'operation' | 'access'> & {
  /** Below the repository: "manifests/1.4". */
  readonly path: string;
  /** "reading manifest 1.4", without the repository. */
  readonly doing: string;
  readonly rights: Rights;
  /** Repositories to read from beside this one. */
  readonly alsoRead?: readonly string[];
};

export async function requestTo(
  context: RepositoryContext,
  { path, doing, rights, alsoRead = [], ...rest }: Details,
): Promise<HttpRequest> {
  const origin = await context.origin(rest.signal);
  return {
    ...rest,
    url: new URL(`/v2/${context.path}/${path}`, origin),
    operation: operationOn(context, doing),
    access: accessTo(context, origin, rights, alsoRead),
  };
}

export function operationOn(context: RepositoryContext, doing: string): string {
  return `${doing} of ${printable(`${context.registry}/${context.path}`)}`;
}

export function accessTo(
  context: RepositoryContext,
  origin: string,
  rights: Rights,
  alsoRead: readonly string[] = [],
): Access {
  const scopes: Scope[] = [
    { repository: context.path, actions: rights === 'write' ? ['pull', 'push'] : ['pull'] },
    ...alsoRead.map((repository): Scope => ({ repository, actions: ['pull'] })),
  ];
  return { registry: context.registry, origin, scopes };
}

/** Throws what the answer means unless its status is one of those expected. */
export async function expectStatus(
  request: HttpRequest,
  response: HttpResponse,
  ...expected: readonly number[]
): Promise<void> {
  if (!expected.includes(response.status)) throw await errorFromResponse(request, response);
}
