/**
 * Blobs to store, in every way that clients send them: in one POST, in one
 * PUT, as a stream, in chunks; or named as being here already.
 *
 * What arrives is hashed on its way to a staging file and becomes a blob only
 * when it matches the digest that the client closes the upload with.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-blobs
 */
import { isDigest, isRepository, type Digest } from 'oras-js';
import { announcedChunkBytes } from './content-range.js';
import type { Exchange } from './exchange.js';
import { digestInvalid, digestToStore } from './found.js';
import type { Writing } from './registry.js';
import { methodRefused } from './refusal.js';
import type { RouteOf } from './route.js';
import { storeUpload } from './store-upload.js';
import type { UploadSession } from './upload-session.js';

/** `POST /v2/<name>/blobs/uploads/` */
export async function answerUploads(
  writing: Writing,
  exchange: Exchange,
  { repository }: RouteOf<'uploads'>,
): Promise<void> {
  const { method, query } = exchange;
  if (method !== 'POST') throw methodRefused(method, ['POST']);
  const mounted = await mountable(writing, exchange);
  if (mounted !== undefined) {
    answerStored(exchange, repository, mounted);
    return;
  }
  const digest = query.has('digest') ? digestToStore(query.get('digest')) : undefined;
  const session = await writing.uploads.begin(repository);
  if (digest === undefined) answerProgress(exchange, 202, session);
  else await session.inTurn(() => finish(writing, exchange, session, digest));
}

/** `PATCH`, `PUT`, `GET` and `DELETE` on the Location of an upload. */
export async function answerUpload(
  writing: Writing,
  exchange: Exchange,
  { repository, id }: RouteOf<'upload'>,
): Promise<void> {
  const find = () => writing.uploads.find(repository, id);
  const session = find();
  switch (exchange.method) {
    case 'GET':
    case 'HEAD':
      answerProgress(exchange, 204, session);
      return;
    case 'PATCH':
      await session.inTurn(async () => {
        await find().append(exchange.body(), announcedChunkBytes(exchange, session.size));
      });
      answerProgress(exchange, 202, session);
      return;
    case 'PUT': {
      const digest = digestToStore(exchange.query.get('digest'));
      await session.inTurn(() => finish(writing, exchange, find(), digest));
      return;
    }
    case 'DELETE':
      await session.inTurn(() => writing.uploads.end(find()));
      exchange.answer(204);
      return;
    default:
      throw methodRefused(exchange.method, ['GET', 'PATCH', 'PUT', 'DELETE']);
  }
}

// Without "from" too: there is one pool, so where the blob came from makes no difference.
async function mountable({ store }: Writing, exchange: Exchange): Promise<Digest | undefined> {
  const digest = exchange.query.get('mount') ?? '';
  const from = exchange.query.get('from');
  if (!isDigest(digest) || (from !== null && !isRepository(from))) return undefined;
  const content = await store.resolve(digest, exchange).catch(() => undefined);
  return content?.digest;
}

async function finish(
  writing: Writing,
  exchange: Exchange,
  session: UploadSession,
  digest: Digest,
): Promise<void> {
  await session.append(exchange.body(), announcedChunkBytes(exchange, session.size));
  try {
    const actual = session.digest;
    if (actual !== digest) {
      throw digestInvalid(`expected ${digest}, found ${session.size} bytes that hash to ${actual}`);
    }
    await storeUpload(writing.store, session, digest);
  } finally {
    await writing.uploads.end(session);
  }
  answerStored(exchange, session.repository, digest);
}

function answerStored(exchange: Exchange, repository: string, digest: Digest): void {
  exchange.answer(201, {
    Location: `/v2/${repository}/blobs/${digest}`,
    'Docker-Content-Digest': digest,
  });
}

// Relative, so that it is right behind every proxy. An empty upload says 0-0, as the reference registry does.
function answerProgress(exchange: Exchange, status: number, session: UploadSession): void {
  exchange.answer(status, {
    Location: `/v2/${session.repository}/blobs/uploads/${session.id}`,
    Range: `0-${Math.max(0, session.size - 1)}`,
    'Docker-Upload-UUID': session.id,
  });
}
