/** The cases to measure: files of scripts/bench by name, or by the word that several names begin with. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../repository-root.mjs';

const folder = join(repositoryRoot, 'scripts', 'bench');

/** @param {string[] | undefined} wanted All but the extra ones when absent. */
export async function chosenCases(wanted) {
  const names = readdirSync(folder)
    .map((file) => file.slice(0, -'.mjs'.length))
    .sort();
  const unknown = wanted?.find((word) => !names.some((name) => isMeant(name, word)));
  if (unknown !== undefined) {
    throw new Error(`expected the name of a case, found ${unknown}\nhint: one of ${names}`);
  }
  const chosen = names.filter((name) => wanted?.some((word) => isMeant(name, word)) ?? true);
  const cases = await Promise.all(
    chosen.map(async (name) => ({ name, ...(await import(`../../bench/${name}.mjs`)) })),
  );
  return cases.filter(({ isExtra = false }) => wanted !== undefined || !isExtra);
}

function isMeant(name, word) {
  return name === word || name.startsWith(`${word}-`);
}
