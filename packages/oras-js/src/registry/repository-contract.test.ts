/**
 * A repository keeps the promises of every target, with the embedded registry
 * on the other side and with the reference registry, which other hands wrote.
 */
import { afterAll } from '@jest/globals';
import {
  describeWith,
  startDockerRegistry,
  startRegistry,
  targetContract,
  type DockerRegistry,
  type TestRegistry,
} from '@sallyport/testing';
import { RegistryClient } from './registry-client.js';

targetContract('a repository of the embedded registry', async () => {
  const registry = await startRegistry();
  const client = new RegistryClient();
  return {
    target: client.repository(registry.host, 'team/app'),
    leftovers: async () => openUploads(registry),
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await registry[Symbol.asyncDispose]();
    },
  };
});

describeWith(['docker-registry'], 'keeping the contract with the reference registry', () => {
  let shared: Promise<DockerRegistry> | undefined;
  let repositories = 0;

  afterAll(async () => {
    await (await shared)?.[Symbol.asyncDispose]();
  });

  targetContract('a repository of the reference registry', async () => {
    // One registry for all: it keeps apart what its repositories hold.
    shared ??= startDockerRegistry();
    const { host } = await shared;
    repositories += 1;
    const client = new RegistryClient();
    // Without leftovers: version 2.8 keeps empty folders of uploads that it says it gave up.
    return {
      target: client.repository(host, `team/app-${repositories}`),
      [Symbol.asyncDispose]: () => client.close(),
    };
  });
});

/** One entry for each upload that was begun and neither committed nor given up. */
function openUploads({ requests }: TestRegistry): readonly string[] {
  const answered = (method: string, status: number) =>
    requests.filter(
      (request) =>
        request.method === method &&
        request.status === status &&
        request.path.includes('/blobs/uploads/'),
    );
  const ended = answered('PUT', 201).length + answered('DELETE', 204).length;
  return answered('POST', 202)
    .slice(ended)
    .map(({ path }) => path);
}
