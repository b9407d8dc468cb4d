/** Looks at blocks that are not run: JSON and TypeScript have to parse, YAML has to be laid out as YAML. */
import ts from 'typescript';

/** @returns {string | undefined} What is wrong. */
export function dataBlockProblem(language, text) {
  if (language === 'json') return jsonProblem(text);
  if (language === 'ts') return typescriptProblem(text);
  if (language === 'yaml') return yamlProblem(text);
  return undefined;
}

function jsonProblem(text) {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error.message;
  }
}

function typescriptProblem(text) {
  const { diagnostics = [] } = ts.transpileModule(text, { reportDiagnostics: true });
  return diagnostics.length === 0
    ? undefined
    : ts.flattenDiagnosticMessageText(diagnostics[0].messageText, '\n');
}

/** Two spaces a level, one level deeper at a time, `key:` or `- item` on each line: enough to catch a slip. */
function yamlProblem(text) {
  let depth = 0;
  for (const line of text.split('\n')) {
    const content = line.trim();
    if (content === '' || content.startsWith('#')) continue;
    if (line.includes('\t')) return `a tab: ${line}`;
    const indent = line.length - line.trimStart().length;
    if (indent % 2 !== 0) return `an odd number of spaces: ${line}`;
    // Below `- key:` the next key stands two spaces deeper without being a level of its own.
    if (indent > depth + 4) return `more than one level deeper: ${line}`;
    if (!/^(?:- .|[^\s:]+:(?: |$)|---$)/.test(content)) return `neither a key nor an item: ${line}`;
    depth = indent;
  }
  return undefined;
}
