import { expect, it } from '@jest/globals';
import { OciLayout } from 'oras-js';
import { startDockerRegistry } from './docker-registry.js';
import { probe } from './probe.js';
import { describeWith } from './programs.js';
import { skopeo } from './skopeo.js';
import { tempDir } from './temp-dir.js';
import { testCertificates } from './test-certificates.js';
import { tinyImage } from './tiny-image.js';

describeWith(['docker-registry', 'skopeo'], 'running the reference registry', () => {
  it('takes a tiny image and still has it after a power cut', async () => {
    await using registry = await startDockerRegistry();
    await using folder = await tempDir();
    const image = await tinyImage({ platforms: ['linux/amd64', 'linux/arm64'] });
    await image.pushTo(new OciLayout(folder.path), 'v1');

    const pushed = await skopeo([
      ...['copy', '--all', '--preserve-digests', '--dest-tls-verify=false'],
      ...[`oci:${folder.path}:v1`, `docker://${registry.host}/app:v1`],
    ]);
    expect(pushed).toMatchObject({ code: 0 });
    await registry.kill();
    await registry.restart();

    const digest = await skopeo([
      ...['inspect', '--tls-verify=false', '--format', '{{.Digest}}'],
      `docker://${registry.host}/app:v1`,
    ]);
    expect(digest.stdout.trim()).toBe(image.root.digest);
  });

  it('serves TLS and asks for a client certificate', async () => {
    await using folder = await tempDir();
    const { ca, server, client } = await testCertificates(folder.path);
    await using registry = await startDockerRegistry({
      tls: { ...server, ca, clientCa: ca, client },
    });

    expect(await probe(`${registry.url}/v2/`, { ca, client })).toBe(200);
    await expect(probe(`${registry.url}/v2/`, { ca })).rejects.toMatchObject({
      code: expect.stringMatching(/ERR_SSL|ECONNRESET|EPIPE/) as unknown,
    });
  });
});

describeWith(['docker-registry', 'htpasswd'], 'running the reference registry with a login', () => {
  it('asks for the password that it was given', async () => {
    await using registry = await startDockerRegistry({
      htpasswd: { user: 'test-user', password: 'test-password' },
    });

    expect(await probe(`${registry.url}/v2/`)).toBe(401);
    const withPassword = new URL(`${registry.url}/v2/`);
    withPassword.username = 'test-user';
    withPassword.password = 'test-password';
    expect(await probe(withPassword.href)).toBe(200);
  });
});
