/** Takes typed fields out of a parsed JSON value. Every `where` names the place for the reader of the error. */
import { printable } from '../errors/printable.js';
import { JsonError } from './json-error.js';
import type { JsonArray, JsonObject, JsonValue } from './strict-json.js';

/** @throws JsonError for anything but an object. */
export function objectAt(value: JsonValue | undefined, where: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as JsonObject;
  throw expected('an object', value, where);
}

/** @throws JsonError for anything but an array. */
export function arrayAt(value: JsonValue | undefined, where: string): JsonArray {
  if (Array.isArray(value)) return value as JsonArray;
  throw expected('an array', value, where);
}

/** @throws JsonError for anything but a string. */
export function stringAt(value: JsonValue | undefined, where: string): string {
  if (typeof value === 'string') return value;
  throw expected('a string', value, where);
}

/** An integer from 0 to 2^53−1. */
export function integerAt(value: JsonValue | undefined, where: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw expected('an integer from 0 to 2^53-1', value, where);
}

/** @throws JsonError for anything but an array of strings. */
export function stringsAt(value: JsonValue | undefined, where: string): readonly string[] {
  return arrayAt(value, where).map((item, index) => stringAt(item, `${where}[${index}]`));
}

/** Refuses every field that is not named: what a reader does not know it must not skip. */
export function onlyFields(object: JsonObject, known: readonly string[], where: string): void {
  const unknown = Object.keys(object).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new JsonError(
      `${where} has the unknown field ${printable(JSON.stringify(unknown.slice(0, 60)))}`,
    );
  }
}

function expected(what: string, value: JsonValue | undefined, where: string): JsonError {
  const found = value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 60);
  return new JsonError(`expected ${what} at ${where}, found ${found}`);
}
