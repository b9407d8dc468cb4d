/** `docs/errors.md`: the exit codes, and every error code with its exit code and meaning. */
import { exitCodeMeanings } from './exit-code-meanings.mjs';
import { generatedNote, table } from './markdown.mjs';

/**
 * @param {Map<string, string>} meanings Of the error codes.
 * @param {Record<string, number>} exitCodeOf Error code → exit code.
 * @param {Record<string, number>} exitCodes Name → exit code.
 */
export function errorsPage(meanings, exitCodeOf, exitCodes) {
  requireSame([...meanings.keys()], Object.keys(exitCodeOf), 'error code');
  requireSame(Object.keys(exitCodeMeanings), Object.keys(exitCodes), 'exit code');
  const exits = Object.entries(exitCodes).sort(([, a], [, b]) => a - b);
  return `# Errors

${generatedNote}

An error is one line with its code in brackets, a \`because:\` line for each cause, and one hint. The
code of the first line decides the exit code. Error codes and exit codes keep their meaning from
version to version; the words of the messages do not.

## Exit codes

${table(
  ['exit code', 'means', 'in a CI job'],
  exits.map(([name, code]) => [code, exitCodeMeanings[name].means, exitCodeMeanings[name].job]),
)}

30 and 31 must never stand in a \`retry\` or \`allow_failure\` list: something is wrong with the file
or with the keys, and a second try cannot make it right.

## Error codes

${table(
  ['code', 'exit code', 'means'],
  [...meanings].sort(byCode).map(([code, meaning]) => [`\`${code}\``, exitCodeOf[code], meaning]),
)}
`;
}

function byCode([a], [b]) {
  return a < b ? -1 : 1;
}

function requireSame(documented, used, what) {
  const without = used.filter((name) => !documented.includes(name));
  if (without.length > 0) throw new Error(`${what} without a meaning: ${without.join(', ')}`);
  const unused = documented.filter((name) => !used.includes(name));
  if (unused.length > 0) throw new Error(`${what} without a number: ${unused.join(', ')}`);
}
