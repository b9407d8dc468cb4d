/**
 * Every module a TypeScript source names: imports, type imports, `export … from`, `import()` of
 * values and of types.
 *
 * Read from the syntax tree: a pattern over text would also find the imports in comments and strings.
 */
import ts from 'typescript';

/** @returns {string[]} The module specifiers as written, each once. */
export function importsOf(fileName, text) {
  const specifiers = new Set();
  const visit = (node) => {
    const specifier = specifierOf(node);
    if (specifier !== undefined && ts.isStringLiteralLike(specifier))
      specifiers.add(specifier.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(fileName, text, ts.ScriptTarget.ES2022));
  return [...specifiers];
}

function specifierOf(node) {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node))
    return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  if (ts.isExternalModuleReference(node)) return node.expression;
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return node.arguments[0];
  }
  return undefined;
}
