import { describe, expect, it } from '@jest/globals';
import {
  expectNothingSent,
  expectNothingVisible,
  expectRefusal,
  freePort,
  openBundleScene,
  tinyImage,
  type BundleScene,
  type HandmadeOptions,
  type TestRegistry,
} from '@sallyport/testing';
import { writeFile } from 'node:fs/promises';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const scene = (options?: HandmadeOptions) =>
  openBundleScene((args, world) => runCommand('sallyport', allCommands, args, world), options);

/** From a file and from a pipe. */
async function importTwice({ desk, bundle, trusted, destination }: BundleScene) {
  await writeFile(desk.path('b.tar'), bundle.bytes);
  const rest = [destination, '--key', trusted, '--retries', '1'];
  return [
    await desk.run(['import', desk.path('b.tar'), ...rest]),
    await desk.run(['import', '-', ...rest], { stdin: bundle.bytes }),
  ];
}

function errors(code: string, message: string) {
  return { errors: [{ code, message }] };
}

type Spoil = (registry: TestRegistry) => void;

describe('importing into a registry that does not want it', () => {
  it.each<[string, number, string | readonly string[], Spoil]>([
    [
      'refuses the push',
      41,
      'REGISTRY_DENIED',
      (registry) => {
        registry.refusesPush(403, 'DENIED', 'requested access to the resource is denied');
      },
    ],
    [
      'asks for a password that nobody has',
      40,
      'REGISTRY_UNAUTHORIZED',
      (registry) => {
        registry.requiresBasic('somebody', 'something');
      },
    ],
    [
      'takes no body of this size',
      41,
      'REGISTRY_TOO_LARGE',
      (registry) => {
        registry.answers(413, { to: /^(?:PATCH|PUT) .*\/blobs\/uploads/ });
      },
    ],
    [
      'is out of order',
      20,
      'REGISTRY_UNAVAILABLE',
      (registry) => {
        registry.answers(503, { retryAfter: 0, to: /^(?:POST|PATCH|PUT)/ });
      },
    ],
    [
      'breaks every upload',
      20,
      ['REGISTRY_UNREACHABLE', 'BUNDLE_NOT_REREADABLE'],
      (registry) => {
        registry.breaksUploads({ afterBytes: 10 });
      },
    ],
    [
      'asks for more patience than anybody has',
      21,
      'REGISTRY_RATE_LIMITED',
      (registry) => {
        registry.answers(429, { retryAfter: 7200, to: /^POST/ });
      },
    ],
  ])('shows nothing there when it %s', async (_what, exit, code, spoil) => {
    await using at = await scene();
    spoil(at.registry);

    for (const run of await importTwice(at)) {
      expectRefusal(run, { exit, code });
      expect(run.stderr).toContain('at the destination');
    }
    expectNothingVisible(at.registry);
  });

  it('says that what answers there is not a registry', async () => {
    await using at = await scene();
    at.registry.answers(200, {
      body: '<html>log in</html>',
      headers: { 'Content-Type': 'text/html' },
    });

    for (const run of await importTwice(at)) {
      expectRefusal(run, { exit: 2, code: 'REGISTRY_NOT_A_REGISTRY' });
    }
    expectNothingSent(at.registry);
  });

  it('says that nobody listens there', async () => {
    await using at = await scene();
    const destination = `127.0.0.1:${await freePort()}/namespace`;

    for (const run of await importTwice({ ...at, destination })) {
      expectRefusal(run, { exit: 20, code: 'REGISTRY_UNREACHABLE' });
    }
  });

  it('moves no tag when the manifest is refused', async () => {
    const before = await tinyImage({ seed: 'before' });
    await using at = await scene();
    await before.pushTo(at.registry.store, 'namespace/app:1.0');
    at.registry.answers(409, {
      to: { method: 'PUT', path: /\/manifests\/1\.0/ },
      body: errors('TAG_IMMUTABLE', 'this tag is immutable'),
    });

    for (const run of await importTwice(at)) {
      expectRefusal(run, { exit: 41, code: ['REGISTRY_REFUSED', 'REGISTRY_DENIED'] });
      expect(run.stderr).toContain('this tag is immutable');
      expect(run.stderr).toContain('cannot write the tag namespace/app:1.0');
    }
    const now = await at.registry.store.resolve('namespace/app:1.0');
    expect(now.digest).toBe(before.root.digest);
  });

  it('does not claim that an image can be pulled when its layers cannot be found', async () => {
    await using at = await scene();
    at.registry.answers(404, { to: { method: 'HEAD', path: /\/blobs\/sha256/ } });

    for (const run of await importTwice(at)) {
      expectRefusal(run, { exit: 30, code: 'IMPORT_NOT_PULLABLE' });
    }
  });
});

describe('importing into a registry that stumbles', () => {
  it.each<[string, Spoil]>([
    [
      'breaks one upload',
      (registry) => {
        registry.breaksUploads({ afterBytes: 10, times: 1 });
      },
    ],
    [
      'loses the answer to one closing request',
      (registry) => {
        registry.losesAnswers({ to: /^PUT .*\/uploads\//, times: 1 });
      },
    ],
    [
      'is busy for a moment',
      (registry) => {
        registry.answers(503, { retryAfter: 0, times: 1, to: /^POST/ });
      },
    ],
  ])('succeeds all the same when it %s', async (_what, spoil) => {
    const image = await tinyImage();
    await using at = await scene({ images: [{ image }] });
    spoil(at.registry);
    await writeFile(at.desk.path('b.tar'), at.bundle.bytes);

    const run = await at.desk.run([
      ...['import', at.desk.path('b.tar'), at.destination, '--key', at.trusted],
    ]);

    expect(run).toMatchObject({ code: 0 });
    const root = await at.registry.store.resolve('namespace/app:1.0');
    expect(root.digest).toBe(image.root.digest);
  });
});
