/**
 * Fails when a package knows more than the architecture allows it to know.
 *
 * Imports only point down, only through a package's front door, only oras-js speaks HTTP, and no
 * files import each other in a circle. Whether an import is needed at all is not judged here.
 */
import { fileURLToPath } from 'node:url';
import { allowedArrows, networkModules, testArrows } from './lib/arrow-rules.mjs';
import { importCycles } from './lib/import-cycles.mjs';
import { readPackages } from './lib/read-package.mjs';
import { repositoryRoot } from './lib/repository-root.mjs';

/** @returns {string[]} One sentence for each broken rule; empty when all is well. */
export function brokenArrows(root) {
  const packages = readPackages(root);
  return packages.flatMap((from) =>
    from.folder in allowedArrows
      ? [
          ...brokenDeclarations(from, packages),
          ...from.files.flatMap((file) => brokenImports(from, file, packages)),
          ...cycles(from),
        ]
      : [`packages/${from.folder} is not in the table of arrows`],
  );
}

/** Dependencies in package.json and references in the two project files. */
function brokenDeclarations(from, packages) {
  const folders = (names) =>
    packages.filter(({ name }) => names.includes(name)).map(({ folder }) => folder);
  const declared = [
    ['package.json dependencies', folders(from.dependencies), false],
    ['package.json devDependencies', folders(from.devDependencies), true],
    ['tsconfig.json', from.references, false],
    ['tsconfig.test.json', from.testReferences, true],
  ];
  return declared.flatMap(([where, targets, forTests]) =>
    targets
      .filter((target) => !mayKnow(from.folder, target, forTests))
      .map((target) => `packages/${from.folder}/${where}: ${from.folder} must not know ${target}`),
  );
}

function brokenImports(from, file, packages) {
  const where = `packages/${from.folder}/src/${file.path}`;
  return [
    ...file.own
      .filter((path) => path.startsWith('../'))
      .map((path) => `${where}: reaches out of its own src folder, to ${path}`),
    ...file.modules.flatMap((module) => {
      const to = packages.find(({ name }) => module === name || module.startsWith(`${name}/`));
      return to === undefined
        ? brokenNetworkImport(from, file, module, where)
        : brokenPackageImport(from, file, module, to, where);
    }),
  ];
}

function brokenPackageImport(from, file, module, to, where) {
  const entry = `.${module.slice(to.name.length)}`;
  return [
    ...(mayKnow(from.folder, to.folder, file.isTest)
      ? []
      : [`${where}: ${from.folder} must not know ${to.folder} (imports ${module})`]),
    ...(to.exports.includes(entry)
      ? []
      : [`${where}: imports the inside of ${to.folder} (${module} is not among its exports)`]),
  ];
}

/** Tests talk to real sockets, so the rule is for what ships. */
function brokenNetworkImport(from, file, module, where) {
  const [name] = [module, `node:${module}`].filter((spelling) => spelling in networkModules);
  if (file.isTest || name === undefined || networkModules[name].includes(from.folder)) return [];
  return [`${where}: imports ${module}; ${from.folder} reaches the network only through oras-js`];
}

function mayKnow(from, to, forTests) {
  if (allowedArrows[from].includes(to)) return true;
  return forTests && (to === from || testArrows.includes(to));
}

function cycles(from) {
  const imports = new Map(from.files.map(({ path, own }) => [path, own]));
  return importCycles(imports).map(
    (cycle) => `packages/${from.folder}/src: a circle of imports: ${cycle.join(' -> ')}`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const broken = brokenArrows(repositoryRoot);
  for (const sentence of broken) console.error(sentence);
  process.exitCode = broken.length === 0 ? 0 : 1;
}
