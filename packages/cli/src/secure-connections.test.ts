import { expect, it } from '@jest/globals';
import {
  describeWith,
  expectRefusal,
  openDesk,
  startDockerRegistry,
  testCertificates,
  tinyImage,
  type Desk,
} from '@sallyport/testing';
import { mkdir, readFile } from 'node:fs/promises';
import { RegistryClient } from 'oras-js';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const newDesk = () => openDesk((args, world) => runCommand('sallyport', allCommands, args, world));

function exportFrom(desk: Desk, host: string, ...flags: readonly string[]) {
  const output = desk.path('b.tar');
  return desk.run(['export', `${host}/app:1`, '--output', output, '--key', desk.key, ...flags]);
}

describeWith(['docker-registry', 'openssl'], 'speaking TLS with the reference registry', () => {
  it('trusts what --ca-file names, and nothing else that it does not know', async () => {
    await using desk = await newDesk();
    await mkdir(desk.path('desk.tls'));
    const { ca, server } = await testCertificates(desk.path('desk.tls'));
    await using registry = await startDockerRegistry({ tls: { ...server, ca } });
    await using client = new RegistryClient({ ca: await readFile(ca, 'utf8') });
    await (await tinyImage()).pushTo(client.repository(registry.host, 'app'), '1');

    const unknown = await exportFrom(desk, registry.host, '--retries', '0');
    const unchecked = await exportFrom(
      { ...desk, path: (name) => desk.path(`unchecked-${name}`) },
      registry.host,
      ...['--insecure-skip-tls-verify', registry.host],
    );
    const known = await exportFrom(desk, registry.host, '--ca-file', ca);

    expectRefusal(unknown, { exit: 2, code: 'REGISTRY_TLS' });
    expect(known).toMatchObject({ code: 0 });
    expect(unchecked).toMatchObject({ code: 0 });
    expect(unchecked.stderr).toContain('is NOT checked');
  });

  it('shows a client certificate where one is asked for', async () => {
    await using desk = await newDesk();
    await mkdir(desk.path('desk.tls'));
    const { ca, server, client } = await testCertificates(desk.path('desk.tls'));
    await using registry = await startDockerRegistry({
      tls: { ...server, ca, clientCa: ca, client },
    });
    await using pusher = new RegistryClient({
      ca: await readFile(ca, 'utf8'),
      clientCertificate: {
        cert: await readFile(client.certificate, 'utf8'),
        key: await readFile(client.key, 'utf8'),
      },
    });
    await (await tinyImage()).pushTo(pusher.repository(registry.host, 'app'), '1');
    const flags = ['--ca-file', ca, '--client-cert', client.certificate];

    const half = await exportFrom(desk, registry.host, ...flags);
    const whole = await exportFrom(desk, registry.host, ...flags, '--client-key', client.key);

    expectRefusal(half, { exit: 2, code: 'USAGE_INVALID' });
    expect(whole).toMatchObject({ code: 0 });
  });
});
