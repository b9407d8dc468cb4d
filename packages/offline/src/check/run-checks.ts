/**
 * Looks at everything that an import or an export will need, before it is needed. Writes nothing that stays.
 *
 * A check that cannot be made says so; one that fails does not stop the others.
 */
import {
  hasCode,
  RegistryError,
  type CallOptions,
  type Reference,
  type UploadTrial,
} from 'oras-js';
import { checkBlobs } from './check-blobs.js';
import { checkBodySize } from './check-body-size.js';
import { checkClock, checkTls } from './check-host.js';
import { ok, unknown, type CheckAnswer, type CheckLine } from './check-line.js';
import { imageBlobsCheck, imageCheck } from './check-image.js';
import { checkPath } from './check-path.js';
import { checkPush } from './check-push.js';
import { checkLogin, checkReach } from './check-reach.js';
import { checkReferrers } from './check-referrers.js';
import { checkRepository } from './check-repository.js';
import { checkSpace } from './check-space.js';
import { checkTagRules } from './check-tag-rules.js';
import type { Exchanges, SeenHost } from './exchanges.js';
import {
  isReached,
  nameOf,
  refused,
  type Check,
  type CheckClient,
  type Place,
  type RegistryRules,
} from './place.js';

export interface CheckRequest {
  /** Where images are to go. */
  readonly destination?: { readonly registry: string; readonly repository: string } | undefined;
  /** Images that are to be exported. */
  readonly sources: readonly Reference[];
  readonly client: CheckClient;
  /** Its `note` is the client's `onExchange`. */
  readonly exchanges: Exchanges;
  readonly rules: RegistryRules;
  /** Folder whose free space is wanted. */
  readonly spaceFolder?: string | undefined;
  readonly now: () => Date;
}

export interface CheckReport {
  readonly lines: readonly CheckLine[];
  readonly hosts: readonly SeenHost[];
}

interface NamedCheck {
  readonly name: string;
  readonly check: Check;
  /** Asks what another check has asked before: a missing right is told once. */
  readonly followsUp?: boolean;
}

const doorChecks: readonly NamedCheck[] = [
  { name: 'reachable', check: checkReach },
  { name: 'login', check: checkLogin },
];

const destinationChecks: readonly NamedCheck[] = [
  { name: 'path', check: checkPath },
  { name: 'repository', check: checkRepository },
  { name: 'push right', check: checkPush },
  { name: 'body size', check: checkBodySize, followsUp: true },
  { name: 'tag rules', check: checkTagRules },
  { name: 'referrers', check: checkReferrers, followsUp: true },
  { name: 'blobs', check: checkBlobs, followsUp: true },
];

/** @throws What is no answer of a registry: a bug, or the reason of an abort. */
export async function runChecks(
  request: CheckRequest,
  options: CallOptions = {},
): Promise<CheckReport> {
  const { sources, exchanges } = request;
  const lines: CheckLine[] = [];
  for (const source of sources) lines.push(...(await checkSource(request, source, options)));
  lines.push(...(await checkDestination(request, options)));
  const hosts = exchanges.hosts();
  return { lines: [...lines, ...hosts.flatMap((host) => hostLines(host, request.now()))], hosts };
}

async function checkDestination(
  request: CheckRequest,
  options: CallOptions,
): Promise<readonly CheckLine[]> {
  if (request.destination === undefined) return [];
  const { registry, repository } = request.destination;
  const place = await placeAt(request, registry, repository, options);
  return [
    ...(await linesOf(place, registry, doorChecks, options)),
    ...(await linesOf(place, nameOf(place), destinationChecks, options)),
    { check: 'space', subject: registry, ...(await checkSpace(request.spaceFolder)) },
  ];
}

async function placeAt(
  { client, exchanges, rules }: CheckRequest,
  registry: string,
  repository: string,
  options: CallOptions,
): Promise<Place> {
  const before = exchanges.count;
  let refusal: RegistryError | undefined;
  try {
    await client.ping(registry, options);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    refusal = error;
  }
  const [first] = exchanges.hosts(before);
  const door = first === undefined ? registry : new URL(first.origin).host;
  let trial: Promise<UploadTrial> | undefined;
  const tryUpload = (call: CallOptions) =>
    (trial ??= client.probe(registry, repository).tryUpload(0, call));
  return { registry, repository, door, client, exchanges, rules, refusal, tryUpload };
}

async function checkSource(
  request: CheckRequest,
  { registry, repository, tag, digest }: Reference,
  options: CallOptions,
): Promise<readonly CheckLine[]> {
  const place = await placeAt(request, registry, repository, options);
  const name = digest ?? tag ?? 'latest';
  const subject = `${nameOf(place)}${digest === undefined ? ':' : '@'}${name}`;
  const door = await linesOf(place, registry, doorChecks, options);
  if (!isReached(place)) return door;
  const checks: readonly NamedCheck[] = [
    { name: 'image', check: imageCheck(name) },
    { name: 'blobs', check: imageBlobsCheck(name), followsUp: true },
  ];
  return [...door, ...(await linesOf(place, subject, checks, options))];
}

async function linesOf(
  place: Place,
  subject: string,
  checks: readonly NamedCheck[],
  options: CallOptions,
): Promise<readonly CheckLine[]> {
  const lines: CheckLine[] = [];
  for (const each of checks) {
    lines.push({ check: each.name, subject, ...(await answerOf(place, each, options)) });
  }
  return lines;
}

async function answerOf(
  place: Place,
  { check, followsUp = false }: NamedCheck,
  options: CallOptions,
): Promise<CheckAnswer> {
  try {
    return await check(place, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    const isTold = followsUp && hasCode(error, ...toldBefore);
    return isTold ? unknown('cannot be told: see above') : refused(place, error);
  }
}

const toldBefore = [
  'REGISTRY_DENIED',
  'REGISTRY_UNAUTHORIZED',
  'REGISTRY_NOT_FOUND',
  'CONTENT_NOT_FOUND',
];

function hostLines(host: SeenHost, now: Date): readonly CheckLine[] {
  const subject = `${host.host}:${host.port}`;
  return [
    { check: 'TLS', subject, ...checkTls(host, now) },
    { check: 'clock', subject, ...checkClock(host) },
    {
      check: 'proxy',
      subject,
      ...ok(host.proxy === undefined ? 'none in use' : `through ${host.proxy}`),
    },
  ];
}
