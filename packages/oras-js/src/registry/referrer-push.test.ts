/** Storing what refers to an image in registries that do not list it by themselves. */
import { describe, expect, it } from '@jest/globals';
import {
  bodyOf,
  listOf,
  opening,
  ReferrerShelf,
  reply,
  signatureNamed,
  signaturesTag,
  signedIndex,
  startLoopbackServer,
  type Answering,
  type TinyContent,
} from '@sallyport/testing';
import { RegistryClient } from './registry-client.js';

describe('storing what refers to an image', () => {
  it('adds it to the list under the signaturesTag, each once, also when two come at the same time', async () => {
    const shelf = new ReferrerShelf().hold(signedIndex);
    await using server = await startLoopbackServer(shelf.answer);
    await using client = new RegistryClient({ plainHttp: [server.host] });
    const signatures = ['one', 'two', 'three'].map(signatureNamed);
    const push = ({ content, bytes }: TinyContent) =>
      client.repository(server.host, 'app').push(content, opening(bytes), { force: true });
    await Promise.all([...signatures, ...signatures].map(push));
    const listed = JSON.parse(shelf.manifests.get(signaturesTag)?.bytes.toString() ?? '{}') as {
      manifests: unknown[];
    };
    expect(listed.manifests).toHaveLength(3);
    expect(listed.manifests).toContainEqual({
      ...signatures[0]?.content,
      artifactType: 'application/x-signature',
      annotations: { name: 'one' },
    });
  });

  it('leaves that to a registry that does it', async () => {
    const { content, bytes } = signatureNamed('one');
    await using server = await startLoopbackServer(async (request, response) => {
      await bodyOf(request);
      const done = {
        'Docker-Content-Digest': content.digest,
        'OCI-Subject': signedIndex.content.digest,
      };
      reply(response, request.method === 'PUT' ? 201 : 404, done);
    });
    await using client = new RegistryClient({ plainHttp: [server.host] });
    await client.repository(server.host, 'app').push(content, opening(bytes));
    expect(server.seen.filter((line) => line.includes(signaturesTag))).toEqual([]);
  });

  /** Another program, that read the list before ours was in it, and writes it back `times` times. */
  function overwriting(times: number): ReferrerShelf {
    const shelf = new ReferrerShelf().hold(signedIndex);
    const { answer } = shelf;
    let left = times;
    const other = listOf(signatureNamed('other').content);
    return Object.assign(shelf, {
      answer: (async (request, response) => {
        await answer(request, response);
        const isList = request.method === 'PUT' && request.url?.endsWith(signaturesTag) === true;
        if (!isList || left === 0) return;
        left -= 1;
        shelf.hold(other, signaturesTag);
      }) satisfies Answering,
    });
  }

  async function pushingTo(shelf: ReferrerShelf) {
    const { content, bytes } = signatureNamed('ours');
    await using server = await startLoopbackServer(shelf.answer);
    await using client = new RegistryClient({ retry: { maxRetries: 0 } });
    const push = client.repository(server.host, 'app').push(content, opening(bytes));
    const [result] = await Promise.allSettled([push]);
    const listed = shelf.manifests.get(signaturesTag)?.bytes.toString() ?? '';
    return { result, isListed: listed.includes(content.digest), listed };
  }

  it('reads the list back, and adds it again where somebody else has written over it', async () => {
    const { result, isListed, listed } = await pushingTo(overwriting(1));
    expect(result).toEqual({ status: 'fulfilled', value: undefined });
    expect(isListed).toBe(true);
    expect(listed).toContain(signatureNamed('other').content.digest);
  });

  it('does not say that it is listed when somebody else writes over it each time', async () => {
    const { result, isListed } = await pushingTo(overwriting(100));
    expect(isListed).toBe(false);
    expect(result).toMatchObject({
      reason: { code: 'REGISTRY_UNAVAILABLE', message: expect.stringContaining(signaturesTag) },
    });
  });
});
