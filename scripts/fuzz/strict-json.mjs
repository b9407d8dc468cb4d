/**
 * The reader of JSON beside `JSON.parse`: what ours takes the other takes with the same value; what
 * ours alone refuses breaks the rule that the refusal names.
 */
import { isDeepStrictEqual, TextDecoder } from 'node:util';
import { parseStrictJson } from 'oras-js';
import { promise } from '../lib/fuzz/execute.mjs';
import { plainOf, scanJson } from '../lib/fuzz/scan-json.mjs';
import { jsonMutations } from '../lib/fuzz/mutate-json.mjs';

const ways = [{}, { integersOnly: true }, { maxDepth: 3 }];

export const reader = {
  name: 'strict-json',
  refusals: ['JsonError'],
  mutations: jsonMutations,
  open: async () => ({
    run: (bytes) => {
      const refusals = ways.map((options) => compare(bytes, options)).filter(Boolean);
      if (refusals.length > 0) throw refusals.at(-1);
    },
  }),
};

function compare(bytes, options) {
  const theirs = theirValue(bytes);
  try {
    const ours = parseStrictJson(bytes, options);
    promise(theirs !== undefined, 'took what JSON.parse refuses');
    promise(isDeepStrictEqual(plainOf(ours), plainOf(theirs.value)), 'read another value');
    const broken = brokenRule(theirs.text, options);
    promise(broken === undefined, `took what breaks a rule: ${broken}`);
    return undefined;
  } catch (error) {
    if (error.name !== 'JsonError') throw error;
    if (theirs !== undefined) checkReason(error.message, theirs.text, options);
    return error;
  }
}

function theirValue(bytes) {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text, value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

const reasons = [
  [/^expected less nesting/, ({ depth }, { maxDepth = 32 }) => depth > maxDepth],
  [
    /^expected another key than "(?:__proto__|constructor|prototype)"/,
    ({ keys }) => keys.some((key) => ['__proto__', 'constructor', 'prototype'].includes(key)),
  ],
  [/^expected each key once; ".*" came twice/s, ({ hasTwice }) => hasTwice],
  [/^expected whole characters/, ({ strings }) => strings.some((text) => !text.isWellFormed())],
  [
    /^expected a number that fits/,
    ({ numbers }) => numbers.some((text) => !Number.isFinite(Number(text))),
  ],
  [
    /^expected an integer from 0 to 2\^53-1/,
    ({ numbers }, { integersOnly }) =>
      integersOnly === true &&
      numbers.some(
        (text) => !/^(?:0|[1-9][0-9]*)$/.test(text) || Number(text) > Number.MAX_SAFE_INTEGER,
      ),
  ],
];

/** The refusal that a text deserves though `JSON.parse` takes it. */
function brokenRule(text, options) {
  const found = scanJson(text);
  return reasons.find(([, breaks]) => breaks(found, options))?.[0];
}

function checkReason(message, text, options) {
  const reason = reasons.find(([form]) => form.test(message));
  promise(reason !== undefined, `refused what JSON.parse takes: ${message.slice(0, 60)}`);
  promise(reason[1](scanJson(text), options), `gave a reason that is not there: ${reason[0]}`);
}
