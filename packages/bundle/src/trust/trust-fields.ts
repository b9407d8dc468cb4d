/** Fields of a trust file that have a form of their own, for the file and for the command line. Every refusal is a JsonError. */
import { arrayAt, integerAt, JsonError, printable, stringAt, type JsonValue } from 'oras-js';
import { asciiAt, matchAt } from '../list/list-fields.js';

/** As many as a bundle can carry signatures. */
export const maxThreshold = 8;
/** In days: a century means "no limit" and is better not written. */
export const maxAge = 36_500;
/** In characters: two sentences, or a ticket's address. */
const maxReason = 500;
const nameForm = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$/;
const hostForm = /^[a-z0-9]([a-z0-9.-]{0,252}[a-z0-9])?(:[0-9]{1,5})?$/;

export function keyNameAt(value: JsonValue | undefined, place: string): string {
  return matchAt(value, place, nameForm, 'a name of letters, digits and ._@+-');
}

/** As a bundle's audience names it. */
export function siteAt(value: JsonValue | undefined, place: string): string {
  const site = asciiAt(value, place, 255);
  if (site.trim() === site && site !== '') return site;
  throw new JsonError(`expected a name at ${place}, found ${JSON.stringify(site)}`);
}

export function hostAt(value: JsonValue | undefined, place: string): string {
  return matchAt(value, place, hostForm, 'a host in lower case, with a port or without');
}

/** A sentence of a person: not empty, and nothing that could be displayed as something else. */
export function reasonAt(value: JsonValue | undefined, place: string): string {
  const text = stringAt(value, place);
  if (text.trim() !== '' && printable(text, maxReason) === text) return text;
  throw new JsonError(`expected a reason of 1 to ${maxReason} printable characters at ${place}`);
}

/** Not empty, each item once, sorted: the order in a list of names means nothing. */
export function listAt(
  value: JsonValue | undefined,
  place: string,
  read: (item: JsonValue | undefined, where: string) => string,
): readonly string[] {
  const items = arrayAt(value, place).map((item, index) => read(item, `${place}[${index}]`));
  if (items.length === 0) throw new JsonError(`expected at least one item at ${place}, found none`);
  refuseTwice(items, place);
  return items.sort();
}

export function refuseTwice(names: readonly string[], place: string): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new JsonError(`expected "${twice}" once at ${place}`);
}

export function booleanAt(value: JsonValue | undefined, place: string): boolean {
  if (typeof value === 'boolean') return value;
  throw new JsonError(`expected true or false at ${place}`);
}

export function integerWithin(
  value: JsonValue | undefined,
  place: string,
  least: number,
  most: number,
): number {
  const integer = integerAt(value, place);
  if (integer >= least && integer <= most) return integer;
  throw new JsonError(`expected ${least} to ${most} at ${place}, found ${integer}`);
}
