/**
 * Follows every page as a reader would: each `sh` block is run, in order, against registries on
 * loopback; a `text` block right after one is what it has to print.
 */
import { createHash, createPublicKey } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { MemoryStore } from 'oras-js';
import { serveRegistry } from '@sallyport/registry';
import { available, describeWith, freePort, tinyImage } from '@sallyport/testing';
import { dataBlockProblem } from './lib/docs/check-data-block.mjs';
import { fencedBlocks } from './lib/docs/fenced-blocks.mjs';
import { ReadersShell } from './lib/docs/readers-shell.mjs';
import { comparable, isSameOutput } from './lib/docs/same-output.mjs';
import { repositoryRoot } from './lib/repository-root.mjs';

/** What stands for the addresses of the pages. A free port is one where the page starts a server itself. */
const addresses = {
  'registry.gitlab.com': 'connected registry',
  'images.example.com': 'connected registry',
  'registry.example.com': 'offline registry',
  '127.0.0.1:5000': 'connected registry',
  '127.0.0.1:5001': 'offline registry',
  '127.0.0.1:5002': 'free port',
  '127.0.0.1:5003': 'free port',
};

/** Names in the connected registry → the platforms of each image. */
const images = {
  'security-products/dast:6': ['linux/amd64'],
  'security-products/dast:6.1.0': ['linux/amd64'],
  'team/app:1.4': ['linux/amd64', 'linux/arm64'],
};

/** What a reader has at hand who did not begin at the beginning. */
const carried = [
  'sallyport keygen --output bundle',
  'sallyport export registry.gitlab.com/security-products/dast:6 --output dast.sallyport.tar --key bundle.key',
];
/** The fingerprint that pages show; the key of each run has another one. */
const shownFingerprint = 'd7e44284308158937dbd63de17d563ed0623c8af38bcf28824dbf53ba166e894';
const pagesThatBeginWithNothing = [
  'README.md',
  'docs/connected-side.md',
  'docs/gitlab-walkthrough.md',
  'docs/key-ceremony.md',
];

/** Blocks that are not run, by their exact text, and why. */
const notRun = {
  'npm start\nnpm test\n':
    'build the tree that this test runs in, and would run this test for ever',
};

const debiansSoftHsm = '/usr/lib/softhsm/libsofthsm2.so';
/** What a block calls that not every machine has; without it the block is not run. */
const optionalPrograms = [
  { call: /^cosign /m, isThere: available('cosign') },
  { call: /pkcs11-tool/, isThere: available('pkcs11-tool') && existsSync(debiansSoftHsm) },
];

/** What a reader types when asked; protects nothing but a key that is gone after the test. */
const env = { SALLYPORT_KEY_PASSPHRASE: 'for tests only' };

/** A page starts the program some thirty times, each time with a key to unlock. */
const pageMs = 180_000;

const pages = ['README.md', ...markdownIn('docs'), ...markdownIn('docs/decisions')].filter((page) =>
  existsSync(join(repositoryRoot, page)),
);
const ending = [];

afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

describeWith(['openssl', 'sha256sum'], 'following a page', () => {
  it.each(pages.filter((page) => blocksOf(page).some(({ language }) => language === 'sh')))(
    '%s does what it says',
    async (page) => {
      const translate = await startRegistries();
      const shell = new ReadersShell(env);
      ending.push(() => shell.close());
      for (const command of pagesThatBeginWithNothing.includes(page) ? [] : carried) {
        expect(await shell.run(translate(command))).toEqual({
          code: 0,
          output: expect.any(String),
        });
      }
      await follow(page, shell, (text) =>
        translate(text).replaceAll(shownFingerprint, fingerprintIn(shell.folder)),
      );
      for (const code of await shell.close()) expect(code).toBe(0);
    },
    pageMs,
  );
});

describe('reading a page', () => {
  it.each(pages)('%s has no block that cannot be read', (page) => {
    const problems = blocksOf(page).flatMap(({ language, text, line }) => {
      const problem = dataBlockProblem(language, text);
      return problem === undefined ? [] : [`${page}:${line} ${problem}`];
    });
    expect(problems).toEqual([]);
  });

  it.each(pages)('%s has no CI job with a flag that no command has', (page) => {
    const jobs = blocksOf(page).filter(({ language }) => language === 'yaml');
    const lines = jobs.flatMap(({ text }) => text.match(/\bsallyport .*/g) ?? []);
    const flags = lines.flatMap((line) => line.match(/(?<= )--[a-z-]+/g) ?? []);
    const known = textOf('docs/commands.md');
    expect(flags.filter((flag) => !known.includes(` ${flag} `))).toEqual([]);
  });

  it.each(pages)('%s points to files that are there', (page) => {
    const links = [...textOf(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(
      ([, link]) => link,
    );
    const broken = links.filter((link) => !existsSync(join(repositoryRoot, dirname(page), link)));
    expect(broken).toEqual([]);
  });
});

async function follow(page, shell, translate) {
  const blocks = blocksOf(page);
  for (const [at, { language, text, line }] of blocks.entries()) {
    if (language !== 'sh' || notRun[text] !== undefined || callsWhatIsMissing(text)) continue;
    const next = blocks[at + 1];
    const isShown = next?.language === 'text' && next.follows;
    const documented = isShown ? translate(next.text) : '...';
    const ran = await shell.run(translate(text), (said) =>
      isShown ? isSameOutput(documented, translate(said)) : said.includes('serving on '),
    );
    // What the program knows by heart is the documented address itself.
    const { code, output } = { ...ran, output: translate(ran.output) };
    const where = `${page}:${line}`;
    if (code !== 0) throw new Error(`${where} ended with ${code}\n${text}\n${output}`);
    if (isSameOutput(documented, output)) continue;
    expect([where, ...comparable(output)]).toEqual([where, ...comparable(documented)]);
  }
}

function callsWhatIsMissing(text) {
  return optionalPrograms.some(({ call, isThere }) => !isThere && call.test(text));
}

/** @returns {Promise<(text: string) => string>} Puts the real addresses in the place of the documented ones. */
async function startRegistries() {
  const connected = new MemoryStore();
  for (const [name, platforms] of Object.entries(images)) {
    const seed = name.slice(0, name.indexOf(':'));
    await (await tinyImage({ seed, platforms, layerBytes: [9000, 2000] })).pushTo(connected, name);
  }
  const servers = {
    'connected registry': await serveRegistry({ store: connected }),
    'offline registry': await serveRegistry({ store: new MemoryStore() }),
  };
  ending.push(...Object.values(servers).map((server) => () => server.close()));
  const actual = new Map();
  for (const [documented, standsFor] of Object.entries(addresses)) {
    actual.set(documented, servers[standsFor]?.host ?? `127.0.0.1:${await freePort()}`);
  }
  const form = new RegExp(
    [...actual.keys()].map((name) => name.replaceAll('.', '\\.')).join('|'),
    'g',
  );
  return (text) => text.replace(form, (documented) => actual.get(documented));
}

function fingerprintIn(folder) {
  const file = join(folder, 'bundle.pub');
  if (!existsSync(file)) return shownFingerprint;
  const key = createPublicKey(readFileSync(file)).export({ format: 'der', type: 'spki' });
  return createHash('sha256').update(key).digest('hex');
}

function blocksOf(page) {
  return fencedBlocks(textOf(page));
}

function textOf(page) {
  return readFileSync(join(repositoryRoot, page), 'utf8');
}

function markdownIn(folder) {
  const path = join(repositoryRoot, folder);
  return existsSync(path)
    ? readdirSync(path)
        .filter((name) => name.endsWith('.md'))
        .map((name) => `${folder}/${name}`)
    : [];
}
