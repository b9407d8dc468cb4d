/** Asks a server whether it is up. Any HTTP answer will do, a refusal to let us in included. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface ProbeTrust {
  /** PEM file of the certificate authority. */
  readonly ca: string;
  readonly client?: { readonly certificate: string; readonly key: string };
}

/** Returns the status; throws while nobody answers. */
export async function probe(url: string, trust?: ProbeTrust): Promise<number> {
  const request =
    trust === undefined
      ? requestHttp(url, { agent: false })
      : requestHttps(url, { agent: false, ...(await tlsFiles(trust)) });
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response.statusCode ?? 0;
}

async function tlsFiles({ ca, client }: ProbeTrust) {
  if (client === undefined) return { ca: await readFile(ca) };
  const [authority, cert, key] = await Promise.all([
    readFile(ca),
    readFile(client.certificate),
    readFile(client.key),
  ]);
  return { ca: authority, cert, key };
}
