/** The stand-in for a GitLab behaves as the notes about GitLab say, judged by raw requests and by skopeo. */
import { expect, it } from '@jest/globals';
import { mediaTypes, OciLayout, RegistryClient } from 'oras-js';
import { ask, refusalCode } from '../ask.js';
import { describeWith } from '../programs.js';
import { skopeo } from '../skopeo.js';
import { tempDir } from '../temp-dir.js';
import { tinyImage } from '../tiny-image.js';
import type { GitlabAccount } from './gitlab-site.js';
import { sampleSite } from './sample-site.js';
import { startGitlabRegistry, type GitlabRegistry } from './start-gitlab-registry.js';

const { known } = sampleSite();
const start = (options = {}) => startGitlabRegistry({ site: sampleSite(), ...options });

function portOf(host: string): { readonly port: number } {
  return { port: Number(host.split(':')[1]) };
}

function basic({ username, password }: GitlabAccount): Record<string, string> {
  const pair = Buffer.from(`${username}:${password}`).toString('base64');
  return { Authorization: `Basic ${pair}` };
}

function askToken(gitlab: GitlabRegistry, scope: string, account?: GitlabAccount) {
  const query = new URLSearchParams({ service: 'container_registry', scope });
  return ask(portOf(gitlab.gitlabHost), `/jwt/auth?${query.toString()}`, {
    headers: account === undefined ? {} : basic(account),
  });
}

/** What a token is good for. */
function accessIn(body: Buffer): unknown {
  const { token } = JSON.parse(body.toString()) as { token: string };
  const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  return (JSON.parse(claims) as { access: unknown }).access;
}

async function pushAs(account: GitlabAccount, { host }: GitlabRegistry, path: string, tag: string) {
  const client = new RegistryClient({
    credentials: () => Promise.resolve(account),
    retry: { maxRetries: 0 },
  });
  try {
    const image = await tinyImage({ seed: `${path}:${tag}` });
    await image.pushTo(client.repository(host, path), tag);
    return image;
  } finally {
    await client.close();
  }
}

describeWith(['docker-registry', 'openssl'], 'asking the stand-in for a token', () => {
  it('names the place for tokens on another host, with the service of GitLab', async () => {
    await using gitlab = await start();
    const { status, headers } = await ask(portOf(gitlab.host), '/v2/');
    expect([status, headers['www-authenticate']]).toEqual([
      401,
      `Bearer realm="http://${gitlab.gitlabHost}/jwt/auth",service="container_registry"`,
    ]);
    expect(gitlab.gitlabHost).not.toBe(gitlab.host);
  });

  it.each([
    ['nobody, for what is public', undefined, 'security-products/dast:pull', 200],
    ['nobody, for what is private', undefined, 'team/scanners:pull', 403],
    ['a wrong password, even for what is public', 'wrong', 'security-products/dast:pull', 401],
    ['somebody without rights', 'readToken', 'team/app:pull', 200],
  ] as const)('answers %s with the right status', async (_who, name, scope, status) => {
    await using gitlab = await start();
    const account = name === 'wrong' ? { username: 'who', password: 'no' } : name && known[name];
    const answer = await askToken(gitlab, `repository:${scope}`, account);
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.body.toString()).toContain('access forbidden');
    if (status === 200)
      expect(Object.keys(JSON.parse(answer.body.toString()) as object)).toEqual(['token']);
  });

  it.each([
    ['deployToken', 'team/scanners:pull,push', ['pull', 'push']],
    ['deployToken', 'team/scanners/a/b:push', ['push']],
    ['deployToken', 'team/scanners/a/b/c:push', undefined],
    ['deployToken', 'team/unknown:push', undefined],
    ['readToken', 'team/scanners:pull,push', ['pull']],
    ['jobToken', 'team/scanners:pull', undefined],
    ['allowedJobToken', 'team/scanners:pull,push', ['pull']],
    ['allowedJobToken', 'team/app:pull,push', ['pull', 'push']],
  ] as const)('gives %s for %s what GitLab gives', async (name, scope, actions) => {
    await using gitlab = await start();
    const { body } = await askToken(gitlab, `repository:${scope}`, known[name]);
    expect(accessIn(body)).toEqual(
      actions === undefined
        ? []
        : [{ type: 'repository', name: scope.split(':')[0], actions: [...actions] }],
    );
  });

  it('lets nobody in after too many wrong passwords, jobs excepted', async () => {
    await using gitlab = await start({ bansAfter: 2 });
    const scope = 'repository:team/scanners:pull';
    for (const password of ['1', '2']) await askToken(gitlab, scope, { username: 'x', password });
    const banned = await askToken(gitlab, scope, known.deployToken);
    expect([banned.status, banned.headers['retry-after']]).toEqual([403, undefined]);
    expect((await askToken(gitlab, scope, known.allowedJobToken)).status).toBe(200);
  });
});

describeWith(['docker-registry', 'openssl', 'skopeo'], 'using the registry of the stand-in', () => {
  it('is one that skopeo can push to and pull from, blobs from the other host', async () => {
    await using gitlab = await start();
    await using folder = await tempDir();
    const image = await tinyImage({ platforms: ['linux/amd64', 'linux/arm64'] });
    await image.pushTo(new OciLayout(folder.path), 'v1');
    const { username, password } = known.deployToken;
    const at = `docker://${gitlab.host}/team/scanners/dast:6`;
    const both = ['copy', '--all', '--preserve-digests'];

    const pushed = await skopeo([
      ...[...both, '--dest-tls-verify=false', '--dest-creds', `${username}:${password}`],
      ...[`oci:${folder.path}:v1`, at],
    ]);
    const pulled = await skopeo([
      ...[...both, '--src-tls-verify=false', '--src-creds', `${username}:${password}`],
      ...[at, `oci:${folder.path}/copy:v1`],
    ]);

    expect([pushed, pulled]).toMatchObject([{ code: 0 }, { code: 0 }]);
    expect(gitlab.downloads.length).toBeGreaterThan(0);
    const copied = await new OciLayout(`${folder.path}/copy`).resolve('v1');
    expect(copied.digest).toBe(image.root.digest);
  });

  it('sends blobs only from the signed address, and to nobody who shows a token there', async () => {
    await using gitlab = await start();
    const image = await pushAs(known.maintainer, gitlab, 'security-products/dast', '6');
    const blob = image.contents[0]?.content.digest ?? '';
    const { body } = await askToken(gitlab, 'repository:security-products/dast:pull');
    const { token } = JSON.parse(body.toString()) as { token: string };
    const headers = { Authorization: `Bearer ${token}` };

    const answer = await ask(portOf(gitlab.host), `/v2/security-products/dast/blobs/${blob}`, {
      headers,
    });
    const { host, pathname, search } = new URL(answer.headers.location ?? '');

    expect([answer.status, host]).toEqual([307, gitlab.storageHost]);
    expect((await ask(portOf(host), pathname + search)).status).toBe(200);
    expect((await ask(portOf(host), pathname + search, { headers })).status).toBe(400);
    expect((await ask(portOf(host), pathname)).status).toBe(403);
  });

  it('refuses a reader who knows no OCI types, and lists no referrers', async () => {
    await using gitlab = await start();
    const image = await pushAs(known.maintainer, gitlab, 'security-products/dast', '6');
    const { body } = await askToken(gitlab, 'repository:security-products/dast:pull');
    const { token } = JSON.parse(body.toString()) as { token: string };
    const at = '/v2/security-products/dast';
    const asked = (path: string, Accept: string) =>
      ask(portOf(gitlab.host), `${at}/${path}`, {
        headers: { Authorization: `Bearer ${token}`, Accept },
      });

    const refused = await asked('manifests/6', mediaTypes.dockerManifest);
    expect(refused.body.toString()).toContain(
      'OCI manifest found, but accept header does not support',
    );
    expect((await asked(`referrers/${image.root.digest}`, mediaTypes.ociIndex)).status).toBe(404);
  });

  it('keeps protected and immutable tags', async () => {
    await using gitlab = await start();
    const { deployToken, maintainer } = known;
    await expect(pushAs(deployToken, gitlab, 'team/scanners', 'protected-1')).rejects.toMatchObject(
      {
        serverCode: 'PROTECTED_TAG',
      },
    );
    await pushAs(maintainer, gitlab, 'team/scanners', 'protected-1');
    await pushAs(deployToken, gitlab, 'team/scanners/dast', 'immutable-1');
    const other = await tinyImage({ seed: 'other' });
    await using client = new RegistryClient({ credentials: () => Promise.resolve(maintainer) });
    const again = other.pushTo(client.repository(gitlab.host, 'team/scanners/dast'), 'immutable-1');
    await expect(again).rejects.toMatchObject({ serverCode: 'IMMUTABLE_TAG' });
  });

  it('takes no index before its children', async () => {
    await using gitlab = await start();
    const image = await tinyImage({ platforms: ['linux/amd64', 'linux/arm64'] });
    const index = image.contents.at(-1);
    if (index === undefined) throw new Error('no index');
    const { body } = await askToken(
      gitlab,
      'repository:team/scanners:pull,push',
      known.deployToken,
    );
    const { token } = JSON.parse(body.toString()) as { token: string };
    const refused = await ask(portOf(gitlab.host), '/v2/team/scanners/manifests/v1', {
      method: 'PUT',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': index.content.mediaType },
      body: index.bytes,
    });
    expect([refused.status, refusalCode(refused)]).toEqual([400, 'MANIFEST_BLOB_UNKNOWN']);
  });

  it('takes no token of a GitLab whose clock is far ahead', async () => {
    await using gitlab = await start();
    gitlab.setClockAhead(600_000, 'gitlab');
    await expect(pushAs(known.maintainer, gitlab, 'team/scanners', 'v1')).rejects.toMatchObject({
      status: 401,
    });
  });
});
