/** The doors of the package: each opens, gives exactly the names of the README, and needs nothing else of the repository. */
import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const doors = ['content', 'registry', 'stores'];
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly exports: Readonly<Record<string, { readonly types: string; readonly default: string }>>;
  readonly dependencies: Readonly<Record<string, string>>;
};

/** First columns of the tables below the heading of a door. */
function documentedNames(door: string): readonly string[] {
  const section = readme.split(/^### /m).find((text) => text.startsWith(`\`oras-js/${door}\``));
  const cells = (section ?? '').split('\n').map((line) => line.split('|')[1] ?? '');
  return [...cells.join().matchAll(/`(\w+)`/g)].map(([, name = '']) => name).sort();
}

/** The list of an index file: its names and whether each exists when the program runs. */
function listedNames(door: string): readonly { readonly name: string; readonly isType: boolean }[] {
  const file = join(root, 'src', door, 'index.ts');
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022);
  return source.statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement)) throw new Error(`${file} has more than exports`);
    const { exportClause, isTypeOnly } = statement;
    if (exportClause === undefined || !ts.isNamedExports(exportClause))
      throw new Error(`${file} does not list its names one by one`);
    return exportClause.elements.map((element) => ({
      name: element.name.text,
      isType: isTypeOnly || element.isTypeOnly,
    }));
  });
}

/** What ships: sources without their tests. */
function sources(): readonly string[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .map((path) => join(root, 'src', path));
}

function importsOf(file: string): readonly string[] {
  return ts.preProcessFile(readFileSync(file, 'utf8')).importedFiles.map((found) => found.fileName);
}

/** Every module of others that is loaded with `file`, types included. */
function reach(file: string, seen = new Set<string>()): ReadonlySet<string> {
  for (const name of importsOf(file)) {
    const next = name.startsWith('.') ? join(dirname(file), name.replace(/\.js$/, '.ts')) : name;
    if (seen.has(next)) continue;
    seen.add(next);
    if (name.startsWith('.')) reach(next, seen);
  }
  return seen;
}

describe('opening a door of the package', () => {
  it.each(doors)('finds in oras-js/%s exactly the names that the README has', async (door) => {
    const listed = listedNames(door);
    const values = listed.filter(({ isType }) => !isType).map(({ name }) => name);
    const opened = (await import(`oras-js/${door}`)) as object;

    expect(listed.map(({ name }) => name).sort()).toEqual(documentedNames(door));
    expect(Object.keys(opened).sort()).toEqual(values.sort());
  });

  it('finds all of them in oras-js, each from one door alone', async () => {
    const parts = await Promise.all(doors.map((door) => import(`oras-js/${door}`)));
    const names = parts.flatMap((part) => Object.keys(part as object));

    expect(Object.keys((await import('oras-js')) as object).sort()).toEqual(names.sort());
    expect(new Set(names).size).toBe(names.length);
  });

  it('finds a file behind every one that package.json declares, and no further door', () => {
    expect(Object.keys(manifest.exports)).toEqual(['.', ...doors.map((door) => `./${door}`)]);
    const files = Object.values(manifest.exports).flatMap((entry) => [entry.types, entry.default]);

    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  it.each([
    [
      'content',
      ['node:fs', 'node:fs/promises', 'node:http', 'node:https', 'node:net', 'node-fetch'],
    ],
    ['stores', ['node:http', 'node:https', 'node:net', 'node:tls', 'node-fetch']],
  ])('loads with oras-js/%s nothing that it has no use for', (door, unwanted) => {
    const loaded = reach(join(root, 'src', door, 'index.ts'));

    expect(unwanted.filter((name) => loaded.has(name))).toEqual([]);
  });
});

describe('standing alone', () => {
  it('depends on npm libraries alone, all of them in use, at exact versions', () => {
    const imported = new Set(
      sources()
        .flatMap(importsOf)
        .filter((name) => !/^\.|^node:/.test(name)),
    );

    expect([...imported].sort()).toEqual(Object.keys(manifest.dependencies).sort());
    for (const [name, version] of Object.entries(manifest.dependencies)) {
      expect([name, version]).toEqual([
        expect.not.stringMatching(/sallyport/),
        expect.stringMatching(/^\d+\.\d+\.\d+$/),
      ]);
    }
  });
});
