/** What monitoring is told of the age of each analyzer. */
import { describe, expect, it } from '@jest/globals';
import {
  expectRefusal,
  handmadeBundle,
  openDesk,
  startRegistry,
  testSigner,
  tinyImage,
  type Desk,
  type TestRegistry,
} from '@sallyport/testing';
import { readFile, writeFile } from 'node:fs/promises';
import { allCommands } from './commands/all-commands.js';
import { runCommand } from './run-command.js';

const signer = testSigner();
const day = (number: number): string => `2026-01-${String(number).padStart(2, '0')}T00:00:00Z`;
const tenth = { now: () => new Date(day(10)) };

const newDesk = () => openDesk((args, world) => runCommand('sallyport', allCommands, args, world));

/** Imports a bundle of that day, on the day after it. */
async function importOf(
  desk: Desk,
  { host }: TestRegistry,
  number: number,
  repositories: readonly string[],
): Promise<void> {
  const image = await tinyImage();
  const { bytes } = await handmadeBundle({
    images: repositories.map((repository) => ({ image, repository })),
    signers: [signer],
    list: (all) => ({ ...all, sequence: number, created: day(number) }),
  });
  await writeFile(desk.path(`${number}.tar`), bytes);
  await writeFile(desk.path('site.pub'), signer.publicKeyPem);
  await desk.runWell(
    ['import', desk.path(`${number}.tar`), `${host}/to`, '--key', desk.path('site.pub')],
    { now: () => new Date(day(number + 1)) },
  );
}

interface Told {
  readonly isFresh: boolean;
  readonly isStale: boolean;
  readonly images: readonly Readonly<Record<string, unknown>>[];
}

describe('asking how old each analyzer is', () => {
  it('tells an analyzer that no longer comes from one that came with the last bundle', async () => {
    await using registry = await startRegistry();
    await using desk = await newDesk();
    await importOf(desk, registry, 2, ['any/dast', 'any/secrets']);
    await importOf(desk, registry, 9, ['any/dast']);

    const usual = await desk.runWell(['status', '--json'], tenth);
    const strict = await desk.run(['status', '--fail-after', '7d'], tenth);
    const ignoring = await desk.runWell(
      ['status', '--fail-after', '7d', '--ignore', 'any/secrets', '--json'],
      tenth,
    );

    const about = { channel: 'default', destination: `${registry.host}/to` };
    expect(JSON.parse(usual.stdout)).toMatchObject({
      ...{ warnAfterSeconds: 172_800, failAfterSeconds: 2_592_000 },
      ...{ isFresh: false, isStale: false },
      channels: [{ level: 'fresh', sequence: 9 }],
      images: [
        {
          ...about,
          ...{ image: 'any/secrets', level: 'warn', created: day(2), imported: day(3) },
          ...{ ageSeconds: 8 * 86_400, importAgeSeconds: 7 * 86_400 },
        },
        { ...about, image: 'any/dast', level: 'fresh', ageSeconds: 86_400, importAgeSeconds: 0 },
      ],
    });
    expect(strict.code).toBe(31);
    expect(strict.stdout).toContain('STALE: any/secrets, created 2026-01-02T00:00:00Z (192 h ago)');
    expect(strict.stderr).toContain(
      'found any/secrets (created 2026-01-02T00:00:00Z) [STATE_STALE]',
    );
    expect(JSON.parse(ignoring.stdout) as Told).toMatchObject({ isFresh: true });
  });

  it('gives Prometheus each metric once, with its help, its type and its labels escaped', async () => {
    await using registry = await startRegistry();
    await using desk = await newDesk();
    await importOf(desk, registry, 8, ['any/dast', 'any/secrets']);
    const state = desk.path('.local/state/sallyport/channels/default.json');
    const odd = (await readFile(state, 'utf8')).replace('any/secrets', String.raw`a\\b\"c\nd`);
    await writeFile(state, odd);

    const { code, stdout } = await desk.run(
      ['status', '--prometheus', '--fail-after', '24h'],
      tenth,
    );

    expect(code).toBe(31);
    const labels = `channel="default",destination="${registry.host}/to"`;
    expect(stdout).toContain(
      [
        '# HELP sallyport_image_level 0 is fresh, 1 older than --warn-after, 2 older than --fail-after.',
        '# TYPE sallyport_image_level gauge',
        `sallyport_image_level{${labels},image="any/dast"} 2`,
        String.raw`sallyport_image_level{${labels},image="a\\b\"c\nd"} 2`,
        '',
      ].join('\n'),
    );
    expect(stdout).toContain(`sallyport_channel_age_seconds{${labels}} 172800\n`);
    expect(stdout).toContain(
      `sallyport_channel_created_timestamp_seconds{${labels}} ${Date.parse(day(8)) / 1000}\n`,
    );
    const sample =
      /^(?:# (?:HELP|TYPE) [a-z_]+ .+|[a-z_]+(?:\{(?:[a-z]+="(?:[^"\\\n]|\\[\\"n])*",?)+\})? \d+)$/;
    for (const line of stdout.trimEnd().split('\n')) expect(line).toMatch(sample);
    const types = [...stdout.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    expect(new Set(types).size).toBe(types.length);
  });

  it('knows no images of imports that were made before they were told apart', async () => {
    await using registry = await startRegistry();
    await using desk = await newDesk();
    await importOf(desk, registry, 9, ['any/dast']);
    const state = desk.path('.local/state/sallyport/channels/default.json');
    const old = JSON.parse(await readFile(state, 'utf8')) as { imports: { images?: unknown }[] };
    for (const each of old.imports) delete each.images;
    await writeFile(state, JSON.stringify(old));

    const { stdout } = await desk.runWell(['status', '--json'], tenth);

    expect(JSON.parse(stdout) as Told).toMatchObject({ isFresh: true, images: [] });
  });

  it('prints one form at a time', async () => {
    await using desk = await newDesk();
    const run = await desk.run(['status', '--json', '--prometheus'], tenth);
    expectRefusal(run, { exit: 2, code: 'USAGE_INVALID' });
  });
});
