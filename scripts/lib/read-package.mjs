/** One workspace package as the arrow check sees it: what it declares and what its files import. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, posix, resolve } from 'node:path';
import { importsOf } from './imports-of.mjs';

/** Reads every package of a checkout. A folder without package.json is not a package. */
export function readPackages(root) {
  const packages = join(root, 'packages');
  return readdirSync(packages)
    .map((folder) => join(packages, folder))
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .map(readPackage);
}

function readPackage(folder) {
  const manifest = readJson(join(folder, 'package.json'));
  return {
    folder: basename(folder),
    name: manifest.name,
    exports: Object.keys(manifest.exports ?? { '.': {} }),
    dependencies: Object.keys({
      ...manifest.dependencies,
      ...manifest.peerDependencies,
      ...manifest.optionalDependencies,
    }),
    devDependencies: Object.keys(manifest.devDependencies ?? {}),
    references: references(folder, 'tsconfig.json'),
    testReferences: references(folder, 'tsconfig.test.json'),
    files: sourceFiles(folder),
  };
}

/** Folder names of the packages that a project file refers to. */
function references(folder, file) {
  if (!existsSync(join(folder, file))) return [];
  const { references = [] } = readJson(join(folder, file));
  return references.map(({ path }) =>
    basename(resolve(folder, path.replace(/\/?tsconfig[^/]*\.json$/, '') || '.')),
  );
}

/** Paths are relative to `src`, with `/`; imports of own files are resolved to such paths as well. */
function sourceFiles(folder) {
  const src = join(folder, 'src');
  if (!existsSync(src)) return [];
  return readdirSync(src, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .map((path) => {
      const imports = importsOf(path, readFileSync(join(src, path), 'utf8'));
      const own = imports.filter((specifier) => specifier.startsWith('.'));
      return {
        path,
        isTest: path.endsWith('.test.ts'),
        modules: imports.filter((specifier) => !specifier.startsWith('.')),
        own: own.map((specifier) => ownPath(path, specifier)),
      };
    });
}

function ownPath(importer, specifier) {
  return posix.join(posix.dirname(importer), specifier).replace(/\.js$/, '.ts');
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
