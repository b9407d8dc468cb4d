/**
 * Fails when something that oras-js exports has no doc comment.
 *
 * Asked for: every name behind its doors, and every public method of its classes unless the
 * interface that it keeps has the words already. Whether a comment is a good one is not judged here.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { repositoryRoot } from './lib/repository-root.mjs';

/**
 * @param {string} folder Of a package with sources in `src` and one index file for each of its exports.
 * @returns {string[]} One sentence for each missing comment; empty when all is well.
 */
export function missingDocComments(folder) {
  const files = doorsOf(folder);
  const program = ts.createProgram(files, compilerOptionsIn(folder));
  const checker = program.getTypeChecker();
  const symbols = files.flatMap((file) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(file));
    return module === undefined ? [] : checker.getExportsOfModule(module);
  });
  const declared = new Set(symbols.map((symbol) => resolved(symbol, checker)));
  return [...declared].flatMap((symbol) => [
    ...(isDocumented(symbol, checker) ? [] : [sentence(symbol, symbol.name, folder)]),
    ...publicMethods(symbol)
      .filter((method) => !isDocumented(method, checker))
      .map((method) => sentence(method, `${symbol.name}.${method.name}`, folder)),
  ]);
}

/** The source of each entry of `exports` in package.json. */
function doorsOf(folder) {
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return Object.values(exports).map(({ types }) =>
    join(folder, types.replace('dist/', 'src/').replace(/\.d\.ts$/, '.ts')),
  );
}

function compilerOptionsIn(folder) {
  const file = join(folder, 'tsconfig.json');
  const { config } = ts.readConfigFile(file, ts.sys.readFile);
  return ts.parseJsonConfigFileContent(config, ts.sys, folder).options;
}

function resolved(symbol, checker) {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function publicMethods(symbol) {
  const isHidden = (declaration) =>
    ts.getCombinedModifierFlags(declaration) &
    (ts.ModifierFlags.Private | ts.ModifierFlags.Protected);
  return [...(symbol.members?.values() ?? [])].filter((member) =>
    (member.declarations ?? []).some(
      (declaration) => ts.isMethodDeclaration(declaration) && !isHidden(declaration),
    ),
  );
}

/** The checker looks through the interfaces that a class keeps; a comment of tags alone counts, too. */
function isDocumented(symbol, checker) {
  return (
    symbol.getDocumentationComment(checker).length > 0 || symbol.getJsDocTags(checker).length > 0
  );
}

function sentence(symbol, name, folder) {
  const [declaration] = symbol.declarations ?? [];
  const source = declaration.getSourceFile();
  const { line } = source.getLineAndCharacterOfPosition(declaration.getStart(source));
  const file = source.fileName.slice(folder.length + 1);
  return `${file}:${line + 1}: ${name} has no doc comment`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const missing = missingDocComments(join(repositoryRoot, 'packages', 'oras-js'));
  for (const line of missing) console.error(line);
  process.exitCode = missing.length === 0 ? 0 : 1;
}
