/** The invariants of the architecture, one test each, under their own sentences. */
import { describe, expect, it } from '@jest/globals';
import {
  eventually,
  handmadeBundle,
  MemoryRegistry,
  openBundleScene,
  openDesk,
  startRegistry,
  tinyImage,
  type CommandLine,
} from '@sallyport/testing';
import * as bundlePackage from '@sallyport/bundle';
import { importBundle } from '@sallyport/offline';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const commandLine: CommandLine = (args, world) => runCommand('sallyport', allCommands, args, world);

// Elsewhere nobody says how much memory another program had at most.
const onLinux = existsSync('/proc/self/status') ? it : it.skip;

describe('holding the invariants', () => {
  it('1. A bundle under its final name is complete and signed', async () => {
    await using registry = await startRegistry();
    await using desk = await openDesk(commandLine);
    const image = await tinyImage({ layerBytes: [50_000, 50_000] });
    await image.pushTo(registry.store, 'app:1');
    const [first, second] = image.contents.map(({ content }) => content);
    registry.stalls(second ?? image.root, { afterBytes: 100, times: 1 });
    const exporting = ['export', `${registry.host}/app:1`, '-o', 'b.tar', '-k', desk.key];
    await using program = desk.start(exporting);

    // With all but the end of one layer there, the final name is not.
    await eventually(() => {
      const asked = registry.requests.filter(({ status }) => status === 200);
      expect(asked.map(({ path }) => path).join()).toContain(first?.digest);
      expect(asked.map(({ path }) => path).join()).toContain(second?.digest);
    });
    expect(await desk.files()).not.toContain('b.tar');
    program.send('SIGKILL');
    await program.ended;
    expect(await desk.files()).not.toContain('b.tar');

    await desk.runWell([...exporting.slice(0, 3), desk.path('b.tar'), '-k', desk.key]);
    await desk.runWell(['verify', desk.path('b.tar'), '--key', desk.pub]);
  });

  it('2. Manifests travel byte for byte', async () => {
    // Spelled as nobody's serialiser would spell it.
    const odd = (json: Buffer) => Buffer.from(json.toString().replace(/,/g, ' ,\n\t'));
    await using connected = await startRegistry();
    await using offline = await startRegistry();
    await using desk = await openDesk(commandLine);
    const image = await tinyImage();
    for (const { content, bytes } of image.contents.slice(0, -1)) {
      connected.holds(bytes, content.mediaType);
    }
    const bytes = odd(image.contents.at(-1)?.bytes ?? Buffer.alloc(0));
    const root = connected.holds(bytes, image.root.mediaType);
    await eventually(() => connected.store.tag(root, 'app:1'));

    const bundle = desk.path('b.tar');
    await desk.runWell(['export', `${connected.host}/app:1`, '-o', bundle, '-k', desk.key]);
    await desk.runWell(['import', bundle, `${offline.host}/to`, '-k', desk.pub]);

    const found = await fetch(`${offline.url}/v2/to/app/manifests/1`);
    expect(Buffer.from(await found.arrayBuffer())).toEqual(bytes);
  });

  it('3. Until every blob and manifest of the whole bundle is proven, no tag points at it', async () => {
    const images = [await tinyImage({ seed: 'a' }), await tinyImage({ seed: 'b' })];
    await using at = await openBundleScene(commandLine, {
      images: images.map((image, index) => ({ image, repository: `team/app${index}` })),
    });
    const { registry, desk, bundle } = at;
    await using program = desk.start(['import', '-', at.destination, '--key', at.trusted]);

    // All but the last byte: every blob is proven and pushed, the end of the bundle is not.
    program.stdin.write(bundle.bytes.subarray(0, -1));
    const last = bundle.entries.at(-1)?.name.split('/').at(-1) ?? 'none';
    await eventually(() => {
      const closed = registry.requests.filter(
        ({ method, status }) => method === 'PUT' && status === 201,
      );
      expect(closed.map(({ path }) => path).join()).toContain(last);
    });
    const writes = () =>
      registry.requests.filter(
        ({ path, method }) => method === 'PUT' && path.includes('/manifests/'),
      );
    expect(writes()).toEqual([]);
    program.stdin.end(bundle.bytes.subarray(-1));

    expect(await program.ended).toEqual({ code: 0 });
    const order = writes().map(({ path }) => (path.includes('sha256:') ? 'manifest' : 'tag'));
    expect(order).toEqual(['manifest', 'manifest', 'tag', 'tag']);
  });

  it('4. An entry that the list does not name, a second one, or a missing one is an error, not a warning', async () => {
    const extra = { name: 'blobs/sha256/extra', bytes: Buffer.from('x') };
    for (const archive of [
      (all: readonly { name: string; bytes: Buffer }[]) => [...all, extra],
      (all: readonly { name: string; bytes: Buffer }[]) => [...all, ...all.slice(-1)],
      (all: readonly { name: string; bytes: Buffer }[]) => all.slice(0, -1),
    ]) {
      await using at = await openBundleScene(commandLine, { archive });
      for (const { code, stdout } of await at.tryAll(at.bundle.bytes)) {
        expect({ code, stdout }).toEqual({ code: 30, stdout: '' });
      }
    }
  });

  it('5. The same plan gives the same bytes', async () => {
    await using registry = await startRegistry();
    await using desk = await openDesk(commandLine);
    for (const name of ['b', 'a', 'c']) {
      await (await tinyImage({ seed: name })).pushTo(registry.store, `${name}/app:1`);
    }
    const env = { SOURCE_DATE_EPOCH: '1700000000' };
    const lists = [];
    for (const [order, now] of [
      ['abc', '2026-01-01T00:00:00Z'],
      ['cba', '2027-06-01T00:00:00Z'],
    ] as const) {
      const images = order.split('').map((name) => `${registry.host}/${name}/app:1`);
      const file = desk.path(`${order}.tar`);
      const run = ['export', ...images, '-o', file, '-k', desk.key];
      await desk.runWell(run, { env, now: () => new Date(now) });
      const bytes = await readFile(file);
      const slot = bytes.indexOf('{"mediaType":"application/vnd.dev.sigstore.bundle');
      // A signature by ECDSA is another one each time.
      lists.push(bytes.fill(0, slot, slot + 2048));
    }

    expect(lists[0]?.equals(lists[1] ?? Buffer.alloc(0))).toBe(true);
  });

  it('6. Only openBundle makes a VerifiedBundle', async () => {
    const { bytes } = await handmadeBundle();
    const peeked = await bundlePackage.peekBundle(bundlePackage.pipeInput(Readable.from([bytes])));
    const { connect } = new MemoryRegistry();
    const destination = { registry: 'registry.example.com', prefix: '' };
    const request = { bundle: peeked, destination, mapping: {}, connect };

    // @ts-expect-error What was only looked at cannot be imported: this line must not compile.
    const importing = importBundle(request);

    await expect(importing).rejects.toThrow();
    expect(Object.keys(bundlePackage)).not.toContain('VerifiedBundle');
  });

  onLinux('7. Memory does not grow with the size of a layer', async () => {
    await using registry = await startRegistry();
    await using offline = await startRegistry();
    await using desk = await openDesk(commandLine);
    const largeBytes = 100_000_000;
    // What the system counted for this program alone; maxRSS begins with what its parent had.
    const script = `import { readFileSync } from 'node:fs';
      process.on('exit', () => process.stderr.write(
        'peak ' + /VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]));`;
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` };
    const peakBytes = async (args: readonly string[]): Promise<number> => {
      await using program = desk.start(args, env);
      expect(await program.ended).toEqual({ code: 0 });
      return 1024 * Number(/peak (\d+)$/.exec(program.said.stderr)?.[1]);
    };
    const peaksOf = async (name: string, layerBytes: number): Promise<readonly number[]> => {
      await (await tinyImage({ layerBytes: [layerBytes] })).pushTo(registry.store, `${name}:1`);
      const image = `${registry.host}/${name}:1`;
      return [
        await peakBytes(['export', image, '-o', name, '-k', desk.key]),
        await peakBytes(['import', name, `${offline.host}/to`, '-k', desk.pub]),
      ];
    };

    const small = await peaksOf('small', 1000);
    const large = await peaksOf('large', largeBytes);

    expect(small.every((peak) => peak > 0)).toBe(true);
    for (const [at, peak] of large.entries()) {
      expect(peak - (small[at] ?? 0)).toBeLessThan(largeBytes * 0.75);
    }
  });

  it('8. A run that was killed can be run again, without sending again what was proven there', async () => {
    const image = await tinyImage({ layerBytes: [9000, 90_000, 900_000] });
    await using at = await openBundleScene(commandLine, { images: [{ image }] });
    const { registry, desk, bundle } = at;
    await writeFile(desk.path('b.tar'), bundle.bytes);
    const importing = ['import', desk.path('b.tar'), at.destination, '--key', at.trusted];
    const largest = image.contents[2]?.content.digest ?? 'none';
    registry.stallsUploads({ afterBytes: 500_000, times: 1 });
    await using program = desk.start(importing);
    const closed = () =>
      registry.requests
        .filter(({ method, status }) => method === 'PUT' && status === 201)
        .flatMap(({ path }) => decodeURIComponent(path).match(/sha256:[0-9a-f]+/) ?? []);
    await eventually(() => {
      expect(closed()).toHaveLength(3);
    });

    program.send('SIGKILL');
    await program.ended;
    const before = closed();
    await desk.runWell(importing);

    expect(before).not.toContain(largest);
    const after = closed().slice(before.length);
    expect(after).toEqual([largest, image.root.digest]);
    expect((await registry.store.resolve('namespace/app:1.0')).digest).toBe(image.root.digest);
  });

  it('is kept by a bundle made by hand from the format page', async () => {
    const { bytes, publicKeyPem } = await handmadeBundle();
    await using desk = await openDesk(commandLine);
    await writeFile(desk.path('hand.pub'), publicKeyPem);

    await desk.runWell(['verify', '-', '--key', desk.path('hand.pub')], { stdin: bytes });
  });
});
