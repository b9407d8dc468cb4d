/**
 * The measured part of docs/performance.md and its picture, from the last figures of each case.
 *
 * Words around it are written by hand and stay as they are.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { table } from '../docs/markdown.mjs';
import { repositoryRoot } from '../repository-root.mjs';
import { barChart } from './bar-chart.mjs';
import { figureRows } from './figure-rows.mjs';
import { keptFigures } from './kept-figures.mjs';

const page = join(repositoryRoot, 'docs', 'performance.md');
const picture = join(repositoryRoot, 'docs', 'performance.svg');
const begin = '<!-- Written by `npm run bench -- --write-docs`: begin -->';
const end = '<!-- Written by `npm run bench -- --write-docs`: end -->';

/** The order of the page; cases that are not named here come after these. */
const order = [
  ...['export', 'import', 'tls-export', 'tls-import', 'again', 'verify', 'throttled'],
  ...['many-export', 'many-import', 'small-layers-export', 'small-layers-import'],
];
/** What the picture shows: the seconds that somebody waits. */
const drawn = ['export', 'import', 'throttled', 'many-export', 'many-import'];

export async function writePerformancePage() {
  const kept = keptFigures();
  const names = [...new Set([...order, ...Object.keys(kept)])].filter((name) => name in kept);
  const text = readFileSync(page, 'utf8');
  const [before, after] = [text.indexOf(begin), text.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`expected both marks in ${page}`);
  const measured = names.map((name) => section(name, kept[name])).join('\n\n');
  const whole = `${text.slice(0, before)}${begin}\n\n${measured}\n\n${text.slice(after)}`;
  const options = await resolveConfig(page);
  writeFileSync(page, await format(whole, { ...options, filepath: page }));
  const groups = drawn.filter((name) => name in kept).map((name) => groupOf(kept[name]));
  writeFileSync(picture, barChart('Seconds to carry images, less is better', groups));
}

function section(name, { title, circumstances, figures, remarks }) {
  const { head, rows } = figureRows(figures);
  const lines = [`### ${capital(title)}`, table(head, rows)];
  if (remarks.length > 0) lines.push(remarks.map((line) => `- ${line}`).join('\n'));
  lines.push(`<small>\`--case ${name}\`: ${circumstances.join('; ')}.</small>`);
  return lines.join('\n\n');
}

function groupOf({ title, figures }) {
  const bars = figures
    .filter(({ name }) => !name.startsWith('openssl'))
    .map(({ name, wallSeconds }) => ({ name, ...wallSeconds }));
  return { title: capital(title), bars };
}

function capital(text) {
  return `${text[0].toUpperCase()}${text.slice(1)}`;
}
