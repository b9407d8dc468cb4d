/** `docs/commands.md`: what each command says of itself with `--help`, asked for at a fixed width. */
import { join } from 'node:path';
import { runProgram } from '../run-program.mjs';
import { generatedNote } from './markdown.mjs';

const programs = ['sallyport', 'sallyport-offline'];

export async function commandsPage(root) {
  const [whole, offline] = await Promise.all(programs.map((name) => helpOf(root, name, [])));
  const sections = await Promise.all(commandNames(whole).map((name) => sectionsOf(root, [name])));
  return `# Commands

${generatedNote}

Flags can also come from the environment: \`--ca-file\` from \`SALLYPORT_CA_FILE\`, and so on. What the
command line says wins. A flag that may be repeated takes several values from its variable, with
spaces between them; a flag without a value is switched off by \`0\` or \`false\`.

Results go to standard output, everything else to standard error. The exit codes are listed in
[errors.md](errors.md).

${section('sallyport', whole)}

${sections.flat().join('\n\n')}

## sallyport-offline

The offline half alone: the same commands, without those that download or sign.

${fenced(offline)}
`;
}

/** `trust add` has two words; a third level would be a help text that was misread, without end. */
const deepest = 2;

/** A command and the commands below it, one after the other: each is a process. */
async function sectionsOf(root, words) {
  if (words.length > deepest) throw new Error(`no command is this deep: ${words.join(' ')}`);
  const help = await helpOf(root, programs[0], words);
  const below = [];
  for (const name of commandNames(help)) below.push(...(await sectionsOf(root, [...words, name])));
  return [section(words.join(' '), help), ...below];
}

function section(name, help) {
  return `## ${name}\n\n${fenced(help)}`;
}

function fenced(help) {
  return `\`\`\`text\n${help.trimEnd()}\n\`\`\``;
}

/** The names in the list of commands, in its order; `help` explains itself. */
export function commandNames(help) {
  const [, after = ''] = help.split('\nCommands:\n');
  // An example may follow, with words that are indented like the commands.
  const [list = ''] = after.split('\n\n');
  const names = [...list.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name]) => name);
  return names.filter((name) => name !== 'help');
}

/** A program that writes into a pipe takes it to be 80 columns wide. */
function helpOf(root, program, words) {
  const file = join(root, 'packages', 'cli', 'bin', `${program}.js`);
  return runProgram(process.execPath, [file, ...words, '--help']);
}
