import { describe, expect, it } from '@jest/globals';
import {
  describeWith,
  eventually,
  openBundleScene,
  openDesk,
  skopeo,
  tinyImage,
  type RunningProgram,
} from '@sallyport/testing';
import { writeFile } from 'node:fs/promises';
import { OciLayout, RegistryClient, readContent } from 'oras-js';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const commandLine: Parameters<typeof openDesk>[0] = (args, world) =>
  runCommand('sallyport', allCommands, args, world);
const anyPort = ['--listen', '127.0.0.1:0'];

/** Waits until it serves; returns `127.0.0.1:5000`. */
async function hostOf(program: RunningProgram): Promise<string> {
  return await eventually(() => {
    const host = /serving on http:\/\/(\S+)/.exec(program.said.stdout.toString())?.[1];
    if (host === undefined) throw new Error('expected an address, found none yet');
    return host;
  });
}

describe('serving a bundle', () => {
  it('gives out what the bundle holds, and takes nothing', async () => {
    const image = await tinyImage({ platforms: ['linux/amd64', 'linux/arm64'] });
    await using at = await openBundleScene(commandLine, { images: [{ image }] });
    await writeFile(at.desk.path('b.tar'), at.bundle.bytes);
    await using program = at.desk.start(['serve', 'b.tar', '--key', at.trusted, ...anyPort]);
    const host = await hostOf(program);
    await using client = new RegistryClient({ retry: { maxRetries: 0 } });
    const repository = client.repository(host, 'team/app');

    const root = await repository.resolve('1.0');
    const pushed = await fetch(`http://${host}/v2/team/app/blobs/uploads/`, { method: 'POST' });

    expect(root.digest).toBe(image.root.digest);
    for (const { content, bytes } of image.contents) {
      expect(await readContent(repository, content)).toEqual(bytes);
    }
    expect(pushed.status).toBe(405);
    expect(program.said.stdout.toString()).toContain(`${host}/team/app:1.0`);
  });
});

describeWith(['skopeo'], 'serving to skopeo', () => {
  it('is pulled from straight out of the bundle file', async () => {
    const image = await tinyImage({ layerBytes: [400, 200_000] });
    await using at = await openBundleScene(commandLine, { images: [{ image }] });
    const { desk } = at;
    await writeFile(desk.path('b.tar'), at.bundle.bytes);
    await using program = desk.start(['serve', 'b.tar', '--key', at.trusted, ...anyPort]);
    const from = `docker://${await hostOf(program)}/team/app:1.0`;

    const copied = await skopeo([
      ...[
        'copy',
        '--preserve-digests',
        '--src-tls-verify=false',
        from,
        `oci:${desk.path('out')}:v1`,
      ],
    ]);

    expect(copied).toMatchObject({ code: 0 });
    const pulled = await new OciLayout(desk.path('out')).resolve('v1');
    expect(pulled.digest).toBe(image.root.digest);
  });

  it('is pushed to, and keeps it in the folder', async () => {
    const image = await tinyImage({ layerBytes: [400, 200_000] });
    await using desk = await openDesk(commandLine);
    await image.pushTo(new OciLayout(desk.path('in')), 'v1');
    await using program = desk.start(['registry', 'kept', ...anyPort]);
    const to = `docker://${await hostOf(program)}/team/app:v1`;

    const copied = await skopeo([
      ...['copy', '--preserve-digests', '--dest-tls-verify=false', `oci:${desk.path('in')}:v1`, to],
    ]);
    program.send('SIGTERM');
    await program.ended;

    expect(copied).toMatchObject({ code: 0 });
    await using again = desk.start(['registry', 'kept', ...anyPort]);
    await using client = new RegistryClient();
    const found = await client.repository(await hostOf(again), 'team/app').resolve('v1');
    expect(found.digest).toBe(image.root.digest);
  });
});

describe('stopping a server', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('is how serving ends well: %s', async (signal) => {
    await using at = await openBundleScene(commandLine);
    await writeFile(at.desk.path('b.tar'), at.bundle.bytes);
    const serve = ['serve', 'b.tar', '--key', at.trusted, '--listen', '127.0.0.1:0'];
    for (const args of [serve, ['registry', 'layout', '--listen', '127.0.0.1:0']]) {
      await using program = at.desk.start(args);
      await eventually(() => {
        expect(program.said.stdout.toString()).toContain('serving on http://127.0.0.1:');
      });

      program.send(signal);

      expect(await program.ended).toEqual({ code: 0 });
    }
  });

  it('does not wait for a client that holds its connection', async () => {
    await using at = await openBundleScene(commandLine);
    await using program = at.desk.start(['registry', 'layout', '--listen', '127.0.0.1:0']);
    const url = await eventually(() => {
      const [found] = /http:\S+/.exec(program.said.stdout.toString()) ?? [];
      if (found === undefined) throw new Error('expected an address, found none yet');
      return found;
    });
    const started = await fetch(`${url}/v2/app/blobs/uploads/`, { method: 'POST' });
    let isStopped = false;
    const endless = new ReadableStream({
      pull: async (controller) => {
        controller.enqueue(new Uint8Array(1000));
        await eventually(() => {
          expect(isStopped).toBe(true);
        });
        controller.close();
      },
    });
    const upload = fetch(new URL(started.headers.get('location') ?? '', url), {
      method: 'PATCH',
      body: endless,
      duplex: 'half',
    }).catch(() => undefined);

    program.send('SIGTERM');

    expect(await program.ended).toEqual({ code: 0 });
    isStopped = true;
    await upload;
  });
});
