/**
 * Every error code and what it means, read from the doc comments above the members of the code unions.
 *
 * Read from the syntax tree of `packages/<name>/src/**` files named `*-error.ts`. A code without a comment,
 * or one that stands in two unions, is refused: the list would not be true.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** @returns {Map<string, string>} Code → its meaning, on one line. */
export function documentedCodes(root) {
  const meanings = new Map();
  for (const file of errorFiles(root)) {
    for (const [code, meaning] of codesOf(file, readFileSync(file, 'utf8'))) {
      if (meanings.has(code)) throw new Error(`${file}: ${code} stands in another union already`);
      meanings.set(code, meaning);
    }
  }
  return meanings;
}

function errorFiles(root) {
  const packages = join(root, 'packages');
  return readdirSync(packages)
    .map((name) => join(packages, name, 'src'))
    .flatMap((source) =>
      readdirSync(source, { recursive: true, encoding: 'utf8' }).map((file) => join(source, file)),
    )
    .filter((file) => file.endsWith('-error.ts'))
    .sort();
}

/** @returns {[code: string, meaning: string][]} Of each exported type whose name ends in `ErrorCode`. */
export function codesOf(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  return source.statements
    .filter((node) => ts.isTypeAliasDeclaration(node) && node.name.text.endsWith('ErrorCode'))
    .flatMap(({ name, type }) => {
      const members = ts.isUnionTypeNode(type) ? [...type.types] : [type];
      let from = name.end;
      return members.map((member) => {
        const before = text.slice(from, member.getStart(source));
        from = member.end;
        return [codeOf(file, member), meaningOf(file, member, before)];
      });
    });
}

function codeOf(file, member) {
  if (ts.isLiteralTypeNode(member) && ts.isStringLiteral(member.literal)) {
    return member.literal.text;
  }
  throw new Error(`${file}: expected a code in quotes, found ${member.getText()}`);
}

function meaningOf(file, member, before) {
  const comment = /\/\*\*([^]*?)\*\/[\s|]*$/.exec(before)?.[1];
  const meaning = (comment ?? '')
    .split('\n')
    .map((line) => line.replace(/^\s*\*?/, '').trim())
    .join(' ')
    .trim();
  if (meaning !== '') return meaning;
  throw new Error(`${file}: ${member.getText()} has no doc comment that says what it means`);
}
