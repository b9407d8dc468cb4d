/** A registry with a token server, both as wilful as a test wants them, and clients that log in to it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { RegistryClient, type ClientOptions, type Credential } from 'oras-js';
import { bodyOf, reply, startLoopbackServer } from './loopback-server.js';

/** A password with a colon and a letter that is not ASCII. For tests only. */
export const alice: Credential = { username: 'alice', password: 'pass:wörd' };
export const basicOfAlice = `Basic ${Buffer.from('alice:pass:wörd').toString('base64')}`;
export const tagsPage = JSON.stringify({ name: 'app', tags: ['v1'] });

export interface TokenReply {
  readonly status?: number;
  readonly body?: unknown;
}

/** A registry that takes the tokens of its own token server, which gives `tokens` one after the other. */
export class TokenRegistry {
  readonly asked: { method: string; url: URL; authorization: string | undefined; form: string }[] =
    [];
  readonly authorizations: (string | undefined)[] = [];
  accepted = new Set(['Bearer t1']);
  challenge = (host: string) =>
    `Bearer realm="http://${host}/token?fixed=1",service="reg",scope="repository:user/image:pull"`;
  tokenReply: (index: number, method: string) => TokenReply = (index) => ({
    body: { token: `t${index}` },
  });

  readonly answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '', 'http://registry');
    if (url.pathname === '/token') {
      await this.giveToken(request, response, url);
      return;
    }
    const { authorization, host = '' } = request.headers;
    await bodyOf(request);
    this.authorizations.push(authorization);
    if (this.accepted.has(authorization ?? '')) reply(response, 200, {}, tagsPage);
    else
      reply(
        response,
        401,
        { 'WWW-Authenticate': this.challenge(host) },
        '{"errors":[{"code":"UNAUTHORIZED"}]}',
      );
  };

  private async giveToken(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
  ): Promise<void> {
    const { method = '', headers } = request;
    const form = (await bodyOf(request)).toString();
    this.asked.push({ method, url, authorization: headers.authorization, form });
    const { status = 200, body = {} } = this.tokenReply(this.asked.length, method);
    reply(response, status, {}, JSON.stringify(body));
  }
}

/** Lists the tags of `app` once. */
export async function listingWith(
  registry: TokenRegistry,
  credential?: Credential,
  more: ClientOptions = {},
) {
  await using server = await startLoopbackServer(registry.answer);
  await using client = loggingIn(server.host, credential, more);
  const [result] = await Promise.allSettled([tagsAt(client, server.host)]);
  return { result, host: server.host };
}

export function loggingIn(
  host: string,
  credential?: Credential,
  more: ClientOptions = {},
): RegistryClient {
  const credentials = () => Promise.resolve(credential);
  return new RegistryClient({ plainHttp: [host], credentials, retry: { maxRetries: 0 }, ...more });
}

export async function tagsAt(
  client: RegistryClient,
  host: string,
  path = 'app',
): Promise<string[]> {
  const tags: string[] = [];
  for await (const tag of client.repository(host, path).tags()) tags.push(tag);
  return tags;
}
