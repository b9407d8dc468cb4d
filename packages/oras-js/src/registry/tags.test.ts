/** Lists of tags that come in pages, repeat themselves or lead elsewhere. */
import { describe, expect, it } from '@jest/globals';
import { reply, startLoopbackServer, type Answering } from '@sallyport/testing';
import { RegistryClient } from './registry-client.js';

async function listing(answer: Answering) {
  await using server = await startLoopbackServer(answer);
  await using client = new RegistryClient({ plainHttp: [server.host], retry: { maxRetries: 0 } });
  const tags: string[] = [];
  const read = (async () => {
    for await (const tag of client.repository(server.host, 'app').tags()) tags.push(tag);
  })();
  const [result] = await Promise.allSettled([read]);
  return { result, tags, seen: server.seen };
}

function page(tags: readonly string[] | null): string {
  return JSON.stringify({ name: 'app', tags });
}

describe('listing tags', () => {
  it('follows the links as they are written', async () => {
    const links = ['</v2/app/tags/list?next_page=a%2Cb,c>; rel="next"', '<?cursor=3>;rel=next', ''];
    let at = 0;
    const { tags, seen } = await listing((_, response) => {
      const link = links[at] ?? '';
      at += 1;
      reply(response, 200, link === '' ? {} : { Link: link }, page([`v${at}`]));
    });
    expect(tags).toEqual(['v1', 'v2', 'v3']);
    expect(seen.slice(1)).toEqual([
      'GET /v2/app/tags/list?next_page=a%2Cb,c',
      'GET /v2/app/tags/list?cursor=3',
    ]);
  });

  it('takes null for none, and ignores links to other things', async () => {
    const { result, tags, seen } = await listing((_, response) => {
      reply(response, 200, { Link: '</v2/app/tags/list?n=1>; rel="prev"' }, page(null));
    });
    expect(result.status).toBe('fulfilled');
    expect(tags).toEqual([]);
    expect(seen).toHaveLength(1);
  });

  for (const [what, link] of [
    ['leads to another host', '<https://elsewhere.test/v2/app/tags/list>; rel="next"'],
    ['repeats a page', '</v2/app/tags/list?n=1000>; rel="next"'],
  ] as const) {
    it(`refuses a list that ${what}`, async () => {
      const { result, seen } = await listing((_, response) => {
        reply(response, 200, { Link: link }, page(['v1']));
      });
      expect(result).toMatchObject({ reason: { code: 'REGISTRY_PROTOCOL' } });
      expect(seen).toHaveLength(1);
    });
  }

  it('refuses a list without an end', async () => {
    let at = 0;
    const { result, seen } = await listing((_, response) => {
      at += 1;
      reply(response, 200, { Link: `</v2/app/tags/list?n=${at}x>; rel="next"` }, page([]));
    });
    expect(result).toMatchObject({ reason: { code: 'REGISTRY_PROTOCOL' } });
    expect(seen).toHaveLength(1000);
  });

  it('refuses more tags than anybody has', async () => {
    const body = page(Array.from({ length: 100_000 }, () => 'v'));
    let at = 0;
    const { result, seen } = await listing((_, response) => {
      at += 1;
      reply(response, 200, { Link: `</v2/app/tags/list?n=${at}x>; rel="next"` }, body);
    });
    expect(result).toMatchObject({ reason: { code: 'REGISTRY_TOO_LARGE' } });
    expect(seen).toHaveLength(11);
  });

  for (const [what, body, type, code] of [
    ['something that is no tag', page(['../x']), 'application/json', 'REGISTRY_PROTOCOL'],
    ['a document without tags', '{"hello":"world"}', 'application/json', 'REGISTRY_PROTOCOL'],
    ['another document', '{"tags":{}}', 'application/json', 'REGISTRY_PROTOCOL'],
    ['a web page', '<html>', 'text/html', 'REGISTRY_NOT_A_REGISTRY'],
    [
      'too much',
      page(Array.from({ length: 100_000 }, (_, at) => `v${at}`)),
      'application/json',
      'REGISTRY_TOO_LARGE',
    ],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const { result } = await listing((_, response) => {
        reply(response, 200, { 'Content-Type': type }, body);
      });
      expect(result).toMatchObject({ reason: { code } });
    });
  }

  it('says when there is no such repository', async () => {
    const { result } = await listing((_, response) => {
      reply(response, 404);
    });
    expect(result).toMatchObject({ reason: { code: 'REGISTRY_NOT_FOUND' } });
  });
});
