/** A manifest as it is pushed: bounded, hashed, with the media type that the client gave it. */
import { digestOf, isManifestOrIndexType, maxManifestBytes, type Descriptor } from 'oras-js';
import type { Exchange } from './exchange.js';
import { Refusal } from './refusal.js';

/** @throws Refusal 413 above 4 MiB, 400 for a media type that is no manifest's. */
export async function readManifestBody(
  exchange: Exchange,
): Promise<{ readonly content: Descriptor; readonly bytes: Buffer }> {
  const mediaType = mediaTypeOf(exchange);
  const bytes = await readAtMost(exchange, maxManifestBytes);
  return { content: { mediaType, digest: digestOf(bytes), size: bytes.length }, bytes };
}

function mediaTypeOf(exchange: Exchange): string {
  const [type = ''] = (exchange.header('content-type') ?? '').split(';');
  const mediaType = type.trim().toLowerCase();
  if (isManifestOrIndexType(mediaType)) return mediaType;
  throw new Refusal(
    400,
    'MANIFEST_INVALID',
    `expected the Content-Type of an image manifest or index, found ${JSON.stringify(mediaType.slice(0, 100))}`,
  );
}

async function readAtMost(exchange: Exchange, limitBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let received = 0;
  for await (const chunk of exchange.body()) {
    received += chunk.byteLength;
    if (received > limitBytes) throw tooLarge(limitBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(limitBytes: number): Refusal {
  return new Refusal(413, 'SIZE_INVALID', `expected a manifest of at most ${limitBytes} bytes`);
}
