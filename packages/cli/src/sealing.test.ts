import { expect, it, describe } from '@jest/globals';
import {
  describeWith,
  expectRefusal,
  openDesk,
  skopeo,
  startDockerRegistry,
  startRegistry,
  tinyImage,
  type Desk,
} from '@sallyport/testing';
import { readFile, writeFile } from 'node:fs/promises';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const newDesk = () => openDesk((args, world) => runCommand('sallyport', allCommands, args, world));

/** Saves `group/app:1` of a registry into `a.tar` on the desk, with another program. */
async function save(desk: Desk, form: 'docker-archive' | 'oci-archive', name: string) {
  await using registry = await startRegistry();
  const image = await tinyImage({ layerBytes: [20_000, 700], docker: form === 'docker-archive' });
  await image.pushTo(registry.store, 'group/app:1');
  const from = `docker://${registry.host}/group/app:1`;
  const to = `${form}:${desk.path('a.tar')}${name === '' ? '' : `:${name}`}`;
  const { code, stderr } = await skopeo(['copy', '--src-tls-verify=false', from, to]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return image;
}

function sealing(desk: Desk, ...more: readonly string[]): readonly string[] {
  return ['seal', desk.path('a.tar'), '-o', desk.path('b.tar'), '-k', desk.key, ...more];
}

describeWith(['skopeo', 'docker-registry'], 'sealing what skopeo has saved', () => {
  it.each(['docker-archive', 'oci-archive'] as const)(
    'carries an %s into a registry from which skopeo can copy it',
    async (form) => {
      await using desk = await newDesk();
      await using destination = await startDockerRegistry();
      await save(desk, form, 'registry.example.com/group/app:1');

      const sealed = await desk.runWell(sealing(desk, '--json'));
      await desk.runWell(['verify', desk.path('b.tar'), '-k', desk.pub]);
      await desk.runWell(['import', desk.path('b.tar'), destination.host, '-k', desk.pub]);
      const copied = await skopeo([
        ...['copy', '--src-tls-verify=false', `docker://${destination.host}/app:1`],
        `dir:${desk.path('copy')}`,
      ]);

      expect(copied).toMatchObject({ code: 0 });
      expect(JSON.parse(sealed.stdout)).toMatchObject({
        images: [{ repository: 'group/app', tags: ['1'] }],
        sources: [{ host: 'registry.example.com', upstreamSignature: { state: 'not-checked' } }],
      });
    },
  );

  it('keeps the bytes of an OCI archive: the digest is that of the manifest in it', async () => {
    await using desk = await newDesk();
    const { root } = await save(desk, 'oci-archive', 'registry.example.com/group/app:1');

    const { stdout } = await desk.runWell(sealing(desk, '--json'));

    expect(JSON.parse(stdout)).toMatchObject({ images: [{ digest: root.digest }] });
  });

  it('makes the same bundle of the same archive', async () => {
    await using desk = await newDesk();
    await save(desk, 'docker-archive', 'registry.example.com/group/app:1');
    const env = { SOURCE_DATE_EPOCH: '1700000000' };

    const first = await desk.runWell(sealing(desk, '--json'), { env });
    const again = ['seal', desk.path('a.tar'), '-o', desk.path('c.tar'), '-k', desk.key];
    const second = await desk.runWell([...again, '--json'], { env });

    const [one, two] = [first, second].map(
      ({ stdout }) => JSON.parse(stdout) as { bundle: string },
    );
    expect(two?.bundle).toBe(one?.bundle);
  });

  it('asks for a name where the archive has none', async () => {
    await using desk = await newDesk();
    await save(desk, 'oci-archive', '');

    expectRefusal(await desk.run(sealing(desk)), { exit: 2, code: 'ARCHIVE_UNNAMED' });
    const named = await desk.runWell(sealing(desk, '--name', 'example.com/x/y:3', '--json'));
    expect(JSON.parse(named.stdout)).toMatchObject({
      images: [{ repository: 'x/y', tags: ['3'] }],
    });
  });

  it('records the archive in the custody log', async () => {
    await using desk = await newDesk();
    await save(desk, 'oci-archive', 'registry.example.com/group/app:1');
    await desk.runWell(sealing(desk));

    const log = await readFile(desk.path('.local/state/sallyport/log.jsonl'), 'utf8');
    expect(JSON.parse(log)).toMatchObject({
      event: 'seal',
      outcome: 'success',
      source: desk.path('a.tar'),
      file: desk.path('b.tar'),
    });
  });

  it('leaves no bundle of an archive that was changed', async () => {
    await using desk = await newDesk();
    await save(desk, 'docker-archive', 'registry.example.com/group/app:1');
    const bytes = await readFile(desk.path('a.tar'));
    // In the first layer, right behind its header.
    bytes[600] = (bytes[600] ?? 0) ^ 1;
    await writeFile(desk.path('a.tar'), bytes);

    expectRefusal(
      await desk.run(sealing(desk)).then((run) => ({
        ...run,
        stderr: run.stderr.replace(/^warning:.*\n/gm, ''),
      })),
      { exit: 30, code: 'ARCHIVE_DAMAGED' },
    );
    expect(await desk.files()).toEqual(['a.tar']);
  });
});

describe('sealing what is no archive', () => {
  it('says so and writes nothing', async () => {
    await using desk = await newDesk();
    await writeFile(desk.path('a.tar'), Buffer.alloc(5000, 'no archive'));

    expectRefusal(await desk.run(sealing(desk)), { exit: 30, code: 'ARCHIVE_INVALID' });
    expectRefusal(await desk.run(['seal', desk.path('a.tar'), '-k', desk.key]), {
      exit: 2,
      code: 'USAGE_INVALID',
    });
    expect(await desk.files()).toEqual(['a.tar']);
  });
});
