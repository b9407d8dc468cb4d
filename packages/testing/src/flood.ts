/** Servers that send a gigabyte, or say that they will, where a few kilobytes belong. */
import { hostileAnswers, sendEndlessly } from './hostile-server.js';
import {
  reply,
  startLoopbackServer,
  type Answering,
  type LoopbackServer,
} from './loopback-server.js';

const gigabyte = 1_000_000_000;
const index = { 'Content-Type': 'application/vnd.oci.image.index.v1+json' };

const answers = {
  'a gigabyte that is announced': async (_, response) => {
    response.writeHead(200, { ...index, 'Content-Length': gigabyte });
    await sendEndlessly(response);
  },
  'JSON without an end': async (_, response) => {
    response.writeHead(200, index);
    await sendEndlessly(response, `{"manifests":[${'"",'.repeat(20_000)}`);
  },
  'a refusal without an end': async (_, response) => {
    response.writeHead(400, { 'Content-Type': 'application/json' });
    await sendEndlessly(response);
  },
  'a token without an end': async ({ url = '', headers }, response) => {
    if (!url.startsWith('/token')) {
      const challenge = `Bearer realm="http://${headers.host ?? ''}/token"`;
      reply(response, 401, { 'WWW-Authenticate': challenge });
      return;
    }
    response.writeHead(200, { 'Content-Type': 'application/json' });
    await sendEndlessly(response, `{"token":"${'x'.repeat(60_000)}`);
  },
  'headers without an end': (request, response) =>
    hostileAnswers['a header of 10 MB']?.(request, response),
} satisfies Record<string, Answering>;

export type Flood = keyof typeof answers;
export const floods = Object.keys(answers) as readonly Flood[];

export async function startFlood(flood: Flood): Promise<LoopbackServer> {
  return await startLoopbackServer(answers[flood]);
}
