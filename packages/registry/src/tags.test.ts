import { describe, expect, it } from '@jest/globals';
import { ask, refusalCode, tinyImage, tinyReferrer } from '@sallyport/testing';
import { MemoryStore } from 'oras-js';
import { serveRegistry } from './serve-registry.js';

async function withTags(...tags: readonly string[]) {
  const store = new MemoryStore();
  const image = await tinyImage();
  for (const tag of tags) await image.pushTo(store, tag);
  return await serveRegistry({ store, readOnly: true });
}

const list = '/v2/group/app/tags/list';

describe('listing tags', () => {
  it('lists those of one repository, in the order of their bytes', async () => {
    await using registry = await withTags(
      ...['group/app:v2', 'group/app:V1', 'group/app:_x', 'group/app:10', 'group/app:9'],
      ...['group/app-2:no', 'group:no', 'other/group/app:no'],
    );

    const reply = await ask(registry, list);

    expect(JSON.parse(reply.body.toString())).toEqual({
      name: 'group/app',
      tags: ['10', '9', 'V1', '_x', 'v2'],
    });
    expect(reply.headers['link']).toBeUndefined();
  });

  it('gives pages that lead to each other and end', async () => {
    await using registry = await withTags(
      ...['a', 'b', 'c', 'd', 'e'].map((t) => `group/app:${t}`),
    );
    const pages: unknown[] = [];

    let next: string | undefined = `${list}?n=2`;
    while (next !== undefined) {
      const reply = await ask(registry, next);
      pages.push((JSON.parse(reply.body.toString()) as { tags: unknown }).tags);
      next = /^<(.+)>; rel="next"$/.exec(String(reply.headers['link'] ?? ''))?.[1];
    }

    expect(pages).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });

  it.each([
    ['n=0', []],
    ['n=99', ['a', 'b']],
    ['last=a', ['b']],
    ['last=aa', ['b']],
    ['last=zzz', []],
  ])('answers %s', async (query, tags) => {
    await using registry = await withTags('group/app:a', 'group/app:b');

    const reply = await ask(registry, `${list}?${query}`);

    expect(JSON.parse(reply.body.toString())).toMatchObject({ tags });
    expect(reply.headers['link']).toBeUndefined();
  });

  it.each(['-1', 'many', '1.5', '', '99999999999'])('refuses the length "%s"', async (n) => {
    await using registry = await withTags('group/app:a');

    expect(await ask(registry, `${list}?n=${n}`)).toMatchObject({ status: 400 });
  });

  it('says that a repository is not there, and that one without tags is', async () => {
    const store = new MemoryStore();
    const { root } = await tinyImage();
    const referrer = tinyReferrer(root);
    await referrer.pushTo(store, `group/app@${referrer.root.digest}`);
    await using registry = await serveRegistry({ store, readOnly: true });

    const missing = await ask(registry, '/v2/other/tags/list');
    const untagged = await ask(registry, list);

    expect(missing).toMatchObject({ status: 404 });
    expect(refusalCode(missing)).toBe('NAME_UNKNOWN');
    expect(JSON.parse(untagged.body.toString())).toEqual({ name: 'group/app', tags: [] });
  });
});
