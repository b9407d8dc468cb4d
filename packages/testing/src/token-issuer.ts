/** Signs bearer tokens that the reference registry takes: ES256, with the certificate of the signer in them. */
import { createPrivateKey, randomUUID, sign, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { CertifiedKey } from './test-certificates.js';

export interface TokenAccess {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

export interface TokenClaims {
  readonly access: readonly TokenAccess[];
  /** Seconds since 1970, as all three. */
  readonly issuedAt: number;
  readonly notBefore: number;
  readonly expires: number;
}

export type IssueToken = (claims: TokenClaims) => string;

/** @param names What the registry has to be told: who issues the tokens, and for which service they are. */
export async function tokenIssuer(
  { certificate, key }: CertifiedKey,
  names: { readonly issuer: string; readonly service: string },
): Promise<IssueToken> {
  const x5c = [new X509Certificate(await readFile(certificate)).raw.toString('base64')];
  const privateKey = createPrivateKey(await readFile(key));
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return ({ access, issuedAt, notBefore, expires }) => {
    const who = { iss: names.issuer, sub: '', aud: names.service, jti: randomUUID() };
    const claims = { ...who, exp: expires, nbf: notBefore, iat: issuedAt, access };
    const text = `${encode({ alg: 'ES256', typ: 'JWT', x5c })}.${encode(claims)}`;
    const signature = sign('sha256', Buffer.from(text), {
      key: privateKey,
      dsaEncoding: 'ieee-p1363',
    });
    return `${text}.${signature.toString('base64url')}`;
  };
}

/** The reference registry, which counts in whole seconds, takes a token for that much longer than it says. */
export const leewaySeconds = 60;
