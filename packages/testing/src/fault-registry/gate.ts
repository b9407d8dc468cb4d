/** Who may come in: what a registry asks for before it answers. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorBody } from './status-fault.js';

export interface Gate {
  /** True when the request may go on; otherwise it has been answered. */
  admits(request: IncomingMessage, response: ServerResponse): boolean | Promise<boolean>;
}

export interface Account {
  readonly user: string;
  readonly password: string;
}

export function basicGate(account: Account): Gate {
  return {
    admits: (request, response) => {
      if (isAccount(request.headers.authorization, account)) return true;
      refuse(response, 'Basic realm="test registry"');
      return false;
    },
  };
}

export function isAccount(authorization: string | undefined, account: Account): boolean {
  const encoded = Buffer.from(`${account.user}:${account.password}`).toString('base64');
  return authorization === `Basic ${encoded}`;
}

export function refuse(response: ServerResponse, challenge: string): void {
  answerJson(response, 401, errorBody('UNAUTHORIZED', 'authentication required'), {
    'WWW-Authenticate': challenge,
  });
}

export function answerJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
