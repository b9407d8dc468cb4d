/** `If-None-Match`: the client has this content and asks only whether that is still so. */
import type { Exchange } from './exchange.js';

export function isKnownAlready(exchange: Exchange, digest: string): boolean {
  const known = exchange.header('if-none-match')?.split(',') ?? [];
  return known.some((tag) => tag.trim().replace(/^W\//, '') === `"${digest}"`);
}
