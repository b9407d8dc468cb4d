/** Each rule is broken once, in a small tree of its own, and must be named. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { brokenArrows } from './check-arrows.mjs';

const trees = [];

afterEach(() => {
  for (const tree of trees.splice(0)) rmSync(tree, { recursive: true });
});

/** A checkout with oras-js, bundle and testing, in which every rule is kept, plus the files given. */
function treeWith(files) {
  const root = mkdtempSync(join(tmpdir(), 'arrows-'));
  trees.push(root);
  const sound = {
    'oras-js/package.json': { name: 'oras-js', dependencies: { 'node-fetch': '3.3.2' } },
    'oras-js/src/index.ts': "import fetch from 'node-fetch';\nexport { fetch };",
    'bundle/package.json': { name: '@sallyport/bundle', dependencies: { 'oras-js': '*' } },
    'bundle/tsconfig.json': { references: [{ path: '../oras-js' }] },
    'bundle/tsconfig.test.json': { references: [{ path: '.' }, { path: '../testing' }] },
    'bundle/src/index.ts': "export * from 'oras-js';",
    'bundle/src/index.test.ts': "import '@sallyport/testing'; import 'node:http';",
    'testing/package.json': { name: '@sallyport/testing', dependencies: { 'oras-js': '*' } },
    'testing/src/index.ts': "import type { Server } from 'node:http';\nexport type { Server };",
  };
  for (const [path, content] of Object.entries({ ...sound, ...files })) {
    const file = join(root, 'packages', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  }
  return root;
}

describe('checking the arrows between packages', () => {
  it('says nothing about a tree in which every arrow points down', () => {
    expect(brokenArrows(treeWith({}))).toEqual([]);
  });

  it.each([
    ['an import', "import { open } from '@sallyport/bundle';"],
    ['a type import', "import type { Plan } from '@sallyport/bundle';"],
    ['an export from', "export { open } from '@sallyport/bundle';"],
    ['an import on demand', "export const open = () => import('@sallyport/bundle');"],
    ['the type of an import', "export type Open = import('@sallyport/bundle').Open;"],
  ])('names %s that points up', (_form, text) => {
    expect(brokenArrows(treeWith({ 'oras-js/src/up.ts': text }))).toEqual([
      'packages/oras-js/src/up.ts: oras-js must not know bundle (imports @sallyport/bundle)',
    ]);
  });

  it('does not take a comment, a string or a pattern for an import', () => {
    const text =
      "// import '@sallyport/bundle'\nexport const text = \"import '@sallyport/bundle'\";\n" +
      "export const quote = /'/; /* import('@sallyport/bundle') */";

    expect(brokenArrows(treeWith({ 'oras-js/src/text.ts': text }))).toEqual([]);
  });

  it('still reads imports that follow a pattern with a quote in it', () => {
    const text = "export const quote = /['`]/;\nimport '@sallyport/bundle';";

    expect(brokenArrows(treeWith({ 'oras-js/src/up.ts': text }))).toHaveLength(1);
  });

  it('keeps the test package out of what ships', () => {
    expect(brokenArrows(treeWith({ 'bundle/src/a.ts': "import '@sallyport/testing';" }))).toEqual([
      'packages/bundle/src/a.ts: bundle must not know testing (imports @sallyport/testing)',
    ]);
  });

  it('holds tests to the arrows of their package otherwise', () => {
    const files = {
      'cli/package.json': { name: '@sallyport/cli' },
      'bundle/src/a.test.ts': "import '@sallyport/cli';",
    };

    expect(brokenArrows(treeWith(files))).toEqual([
      'packages/bundle/src/a.test.ts: bundle must not know cli (imports @sallyport/cli)',
    ]);
  });

  it.each(['dependencies', 'devDependencies'])('reads %s of package.json', (field) => {
    const files = {
      'oras-js/package.json': { name: 'oras-js', [field]: { '@sallyport/bundle': 'workspace:*' } },
    };

    expect(brokenArrows(treeWith(files))).toEqual([
      `packages/oras-js/package.json ${field}: oras-js must not know bundle`,
    ]);
  });

  it.each(['tsconfig.json', 'tsconfig.test.json'])('reads the references of %s', (file) => {
    const files = { [`oras-js/${file}`]: { references: [{ path: '../bundle/tsconfig.json' }] } };

    expect(brokenArrows(treeWith(files))).toEqual([
      `packages/oras-js/${file}: oras-js must not know bundle`,
    ]);
  });

  it('names a package that the table of arrows does not have', () => {
    expect(brokenArrows(treeWith({ 'helper/package.json': { name: 'helper' } }))).toEqual([
      'packages/helper is not in the table of arrows',
    ]);
  });
});

describe('checking the doors of packages', () => {
  it('names an import of the inside of another package', () => {
    const text = "import { parseDigest } from 'oras-js/dist/content/digest.js';";

    expect(brokenArrows(treeWith({ 'bundle/src/a.ts': text }))).toEqual([
      'packages/bundle/src/a.ts: imports the inside of oras-js (oras-js/dist/content/digest.js is not among its exports)',
    ]);
  });

  it('lets a declared subpath through', () => {
    const files = {
      'oras-js/package.json': { name: 'oras-js', exports: { '.': {}, './json': {} } },
      'bundle/src/a.ts': "import 'oras-js/json';",
    };

    expect(brokenArrows(treeWith(files))).toEqual([]);
  });

  it('names a relative import that leaves its own package', () => {
    const text = "import '../../oras-js/src/index.js';";

    expect(brokenArrows(treeWith({ 'bundle/src/a.ts': text }))).toEqual([
      'packages/bundle/src/a.ts: reaches out of its own src folder, to ../../oras-js/src/index.ts',
    ]);
  });
});

describe('checking who reaches the network', () => {
  it.each(['node-fetch', 'https-proxy-agent', 'node:http', 'https', 'node:tls'])(
    'lets nobody but oras-js send with %s',
    (module) => {
      expect(brokenArrows(treeWith({ 'bundle/src/a.ts': `import '${module}';` }))).toEqual([
        `packages/bundle/src/a.ts: imports ${module}; bundle reaches the network only through oras-js`,
      ]);
    },
  );

  it('lets the registry listen, but not send', () => {
    const files = {
      'registry/package.json': { name: '@sallyport/registry' },
      'registry/src/listen.ts': "import { createServer } from 'node:http';",
      'registry/src/send.ts': "import fetch from 'node-fetch';",
    };

    expect(brokenArrows(treeWith(files))).toEqual([
      'packages/registry/src/send.ts: imports node-fetch; registry reaches the network only through oras-js',
    ]);
  });
});

describe('checking for circles of imports', () => {
  it('names the files of a circle, in order, once', () => {
    const files = {
      'bundle/src/a.ts': "import './deep/b.js';",
      'bundle/src/deep/b.ts': "import type { C } from '../c.js';",
      'bundle/src/c.ts': "export * from './a.js';",
    };

    expect(brokenArrows(treeWith(files))).toEqual([
      'packages/bundle/src: a circle of imports: a.ts -> deep/b.ts -> c.ts -> a.ts',
    ]);
  });

  it('says nothing when two files share a third', () => {
    const files = {
      'bundle/src/a.ts': "import './c.js';",
      'bundle/src/b.ts': "import './c.js'; import './a.js';",
      'bundle/src/c.ts': '',
    };

    expect(brokenArrows(treeWith(files))).toEqual([]);
  });
});
