/** The fields that many statements have, read strictly: their source, their day, and texts of a given form. */
import {
  JsonError,
  objectAt,
  onlyFields,
  stringAt,
  type JsonObject,
  type JsonValue,
} from 'oras-js';
import type { Fact } from './gitlab-facts.js';
import { parseGitlabVersion, type GitlabVersion } from './gitlab-version.js';

export function versionAt(value: JsonValue | undefined, where: string): GitlabVersion {
  return parseGitlabVersion(
    fitting(value, (text) => /^\d+\.\d+$/.test(text), 'a version as 18.0', where),
  );
}

export function factAt(object: JsonObject, where: string): Fact {
  return {
    source: fitting(object['source'], isWebAddress, 'an https address', `${where}.source`),
    date: fitting(object['date'], isDay, 'a day as 2026-01-31', `${where}.date`),
  };
}

export function factObject(value: JsonValue | undefined, own: readonly string[], where: string) {
  return exactly(value, [...own, 'source', 'date'], where);
}

export function exactly(value: JsonValue | undefined, fields: readonly string[], where: string) {
  const object = objectAt(value, where);
  onlyFields(object, fields, where);
  return object;
}

export function fitting(
  value: JsonValue | undefined,
  fits: (text: string) => boolean,
  what: string,
  where: string,
): string {
  const text = stringAt(value, where);
  if (fits(text)) return text;
  throw new JsonError(`expected ${what} at ${where}, found ${JSON.stringify(text.slice(0, 60))}`);
}

function isWebAddress(text: string): boolean {
  return text.startsWith('https://') && URL.canParse(text);
}

/** A day that is in the calendar: the 31st of February is another day when it is written again. */
function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text;
}

export function isVariable(text: string): boolean {
  return /^[A-Z][A-Z0-9_]*$/.test(text);
}
