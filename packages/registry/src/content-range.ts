/**
 * `Content-Range` of a chunk: `<first>-<last>`, both counted from 0 and inclusive.
 *
 * The spec writes it without "bytes " in front; HTTP libraries add that and a
 * total, so both are taken.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-a-blob-in-chunks
 */
import type { Exchange } from './exchange.js';
import { Refusal } from './refusal.js';

const form = /^(?:bytes[ =])?(\d+)-(\d+)(?:\/(?:\d+|\*))?$/;

/**
 * The length of the chunk in bytes; undefined when the client did not say.
 *
 * @throws Refusal 400 for another form, 416 when it does not start at `nextByte`.
 */
export function announcedChunkBytes(exchange: Exchange, nextByte: number): number | undefined {
  const header = exchange.header('content-range');
  if (header === undefined) return undefined;
  const [matched, first, last] = form.exec(header.trim()) ?? [];
  if (matched === undefined) {
    throw new Refusal(400, 'BLOB_UPLOAD_INVALID', 'expected Content-Range as <first>-<last>');
  }
  if (Number(first) !== nextByte) {
    const message = `expected byte ${nextByte} next, found ${Number(first)}`;
    throw new Refusal(416, 'BLOB_UPLOAD_INVALID', message);
  }
  return Number(last) - nextByte + 1;
}
