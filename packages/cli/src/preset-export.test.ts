/** The images of a preset, from the address that is written in it: a proxy leads that to this computer. */
import { expect, it } from '@jest/globals';
import {
  describeWith,
  openDesk,
  startDockerRegistry,
  startHandmadeProxy,
  startRegistry,
  testCertificates,
  tinyImage,
} from '@sallyport/testing';
import { mkdir, readFile } from 'node:fs/promises';
import { RegistryClient } from 'oras-js';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

describeWith(['docker-registry', 'openssl'], 'exporting a preset', () => {
  it('makes a finished bundle with every tag of the image, which a job finds after the import', async () => {
    await using desk = await openDesk((args, world) =>
      runCommand('sallyport', allCommands, args, world),
    );
    await mkdir(desk.path('desk.tls'));
    const { ca, server } = await testCertificates(desk.path('desk.tls'));
    await using upstream = await startDockerRegistry({ tls: { ...server, ca } });
    await using proxy = await startHandmadeProxy({
      targetPort: Number(new URL(`https://${upstream.host}`).port),
    });
    await using offline = await startRegistry();
    await using client = new RegistryClient({ ca: await readFile(ca, 'utf8') });
    const image = await tinyImage({ layerBytes: [5000, 300] });
    for (const tag of ['6', '6.1.0', 'latest'])
      await image.pushTo(client.repository(upstream.host, 'security-products/dast'), tag);
    const bundle = desk.path('dast.sallyport.tar');

    const exported = await desk.runWell(
      ['export', '--preset', 'dast@18.5', '-o', bundle, '-k', desk.key, '--ca-file', ca, '--json'],
      { env: { HTTPS_PROXY: proxy.url().href } },
    );
    await desk.runWell(['verify', bundle, '--key', desk.pub]);
    const to = `${offline.host}/namespace`;
    await desk.runWell(['import', bundle, to, '--key', desk.pub]);
    const proven = await desk.runWell(['prove', `${to}/dast:6@${image.root.digest}`]);

    expect(JSON.parse(exported.stdout)).toMatchObject({
      images: [
        {
          repository: 'security-products/dast',
          tags: ['6', '6.1.0', 'latest'],
          digest: image.root.digest,
        },
      ],
    });
    expect(new Set(proxy.asked)).toEqual(new Set(['CONNECT registry.gitlab.com:443']));
    expect(proven.stdout).toContain(`pullable:    ${to}/dast:6`);
  });
});
