/** Basic authentication with one account. Over plain http it keeps out mistakes, not attackers. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Exchange } from './exchange.js';
import { Refusal } from './refusal.js';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** @throws Refusal 401 */
export function checkCredentials(exchange: Exchange, expected: Credentials | undefined): void {
  if (expected === undefined) return;
  const [scheme = '', encoded = ''] = (exchange.header('authorization') ?? '').split(' ');
  const given = Buffer.from(encoded, 'base64').toString();
  const wanted = `${expected.username}:${expected.password}`;
  if (scheme.toLowerCase() === 'basic' && isEqual(given, wanted)) return;
  throw new Refusal(401, 'UNAUTHORIZED', 'expected a user name and password that are known here', {
    'WWW-Authenticate': 'Basic realm="registry", charset="UTF-8"',
  });
}

// Hashed first: equal lengths, so the time tells nothing about the password's.
function isEqual(one: string, other: string): boolean {
  const [first, second] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return first !== undefined && second !== undefined && timingSafeEqual(first, second);
}
