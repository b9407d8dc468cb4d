/** What stands in a text that `JSON.parse` has taken, found without building its value. */

const tokens = /"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*|[{}[\],:]/gs;

/** @returns {{ depth: number, keys: string[], strings: string[], numbers: string[], hasTwice: boolean }} */
export function scanJson(text) {
  const found = { depth: 0, keys: [], strings: [], numbers: [], hasTwice: false };
  const open = [];
  let last;
  for (const [token] of text.matchAll(tokens)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') takeKey(found, open.at(-1), JSON.parse(last));
    else if (token.startsWith('"')) found.strings.push(JSON.parse(token));
    else if (token !== ',') found.numbers.push(token);
    found.depth = Math.max(found.depth, open.length);
    last = token;
  }
  return found;
}

function takeKey(found, siblings, key) {
  found.keys.push(key);
  if (siblings.has(key)) found.hasTwice = true;
  siblings.add(key);
}

/** The value with objects as lists of pairs, so that order counts and prototypes do not. -0 is 0. */
export function plainOf(value) {
  if (Array.isArray(value)) return value.map(plainOf);
  if (typeof value === 'object' && value !== null) {
    return { pairs: Object.entries(value).map(([key, member]) => [key, plainOf(member)]) };
  }
  return value === 0 ? 0 : value;
}
