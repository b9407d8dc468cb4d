/**
 * Reads JSON that somebody else wrote and that decides something here.
 *
 * `JSON.parse` takes the last of two equal keys, any depth and `__proto__`;
 * two readers of such a text can see two different documents. This reader
 * accepts one spelling of one document: UTF-8 without BOM, no duplicate keys,
 * no prototype keys, bounded depth and number of values, and integers only
 * where that is asked for.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8259
 */
import { printable } from '../errors/printable.js';
import { JsonError } from './json-error.js';
import { JsonText } from './json-text.js';

/** Any JSON value, of which nothing is known yet. */
export type JsonValue = null | boolean | number | string | JsonArray | JsonObject;
/** Its items are looked at one by one with `arrayAt` and its like. */
export type JsonArray = readonly JsonValue[];
/** Has no prototype keys; a field that is absent reads as undefined. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** How much stricter, or deeper, than usual. */
export interface StrictJsonOptions {
  /** Deepest nesting of arrays and objects. Default 32: no OCI document nests deeper than 8. */
  readonly maxDepth?: number;
  /** Refuse every number but 0 … 2^53−1 in plain digits. Default false. */
  readonly integersOnly?: boolean;
}

const prototypeKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** @throws JsonError */
export function parseStrictJson(bytes: Uint8Array, options: StrictJsonOptions = {}): JsonValue {
  const text = new JsonText(decodeUtf8(bytes), options.integersOnly ?? false);
  const value = readValue(text, options.maxDepth ?? 32);
  text.expectEnd();
  return value;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new JsonError('expected UTF-8, found bytes that are not', { cause });
  }
}

function readValue(text: JsonText, depthLeft: number): JsonValue {
  text.countValue();
  switch (text.peek()) {
    case '{':
      return readObject(text, depthLeft);
    case '[':
      return readArray(text, depthLeft);
    case '"':
      return text.readString();
    default:
      return text.readLiteral();
  }
}

function readObject(text: JsonText, depthLeft: number): JsonObject {
  if (depthLeft === 0) throw text.refused('less nesting');
  const members = new Map<string, JsonValue>();
  text.skip('{');
  if (!text.skipIf('}')) {
    do {
      const key = text.readString();
      if (prototypeKeys.has(key)) throw text.refused(`another key than "${key}"`);
      if (members.has(key)) throw text.refused(`each key once; "${printable(key, 60)}" came twice`);
      text.skip(':');
      members.set(key, readValue(text, depthLeft - 1));
    } while (text.skipIf(','));
    text.skip('}');
  }
  return Object.fromEntries(members);
}

function readArray(text: JsonText, depthLeft: number): JsonArray {
  if (depthLeft === 0) throw text.refused('less nesting');
  const items: JsonValue[] = [];
  text.skip('[');
  if (!text.skipIf(']')) {
    do items.push(readValue(text, depthLeft - 1));
    while (text.skipIf(','));
    text.skip(']');
  }
  return items;
}
