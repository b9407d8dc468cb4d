/** Damage that knows JSON: equal keys, other types, depth, length, prototype keys, spellings of numbers and characters. */
import { byteMutations } from './mutate-bytes.mjs';
import { bytesOf, placesIn, raw, treeOf } from './json-tree.mjs';
import { badUtf8, characters, keys, numbers, values } from './strange-json.mjs';

/** Each takes `(random, bytes, others)`; bytes that are no JSON are damaged without knowledge. */
export const jsonMutations = [mutateTree, mutateTree, mutateTree, mutateTree, anyBytes];

function anyBytes(random, bytes, others) {
  return random.pick(byteMutations)(random, bytes, others);
}

function mutateTree(random, bytes, others) {
  const root = treeOf(bytes);
  if (root === undefined) return anyBytes(random, bytes, others);
  const holder = { root };
  random.pick(treeMutations)(random, random.pick(placesIn(holder)), holder, others);
  return bytesOf(holder.root);
}

const treeMutations = [
  swapType,
  swapType,
  deepen,
  lengthen,
  respellNumber,
  changeText,
  changeText,
  changeText,
  changeMembers,
  changeMembers,
  changeMembers,
  changeItems,
  copyPlace,
  copyForeign,
];

function swapType(random, place) {
  place.set(raw(random.pick(random.once(2) ? values : numbers)));
}

function respellNumber(random, place) {
  const tree = place.get();
  const isNumber = tree.kind === 'raw' && /^[0-9]+$/.test(tree.text);
  const near = isNumber ? String(BigInt(tree.text) + BigInt(random.below(5) - 2)) : '7';
  place.set(raw(random.once(2) ? near : random.pick(numbers)));
}

function deepen(random, place) {
  const depth = random.once(50) ? 100_000 : random.small(64);
  const inner = place.get();
  const [open, close] = random.pick([
    ['[', ']'],
    ['{"a":', '}'],
  ]);
  const text = bytesOf(inner).toString('latin1');
  place.set({ kind: 'raw', text: open.repeat(depth) + text + close.repeat(depth) });
}

function lengthen(random, place) {
  const length = random.once(20) ? 100_000 : random.small(8192);
  place.set(raw(JSON.stringify(random.pick(['a', '0', '-', '\u00e9', '/']).repeat(length))));
}

function changeText(random, place) {
  const tree = place.get();
  if (tree.kind !== 'raw' || !tree.text.startsWith('"')) {
    swapType(random, place);
    return;
  }
  const inner = tree.text.slice(1, -1);
  const at = random.below(inner.length + 1);
  const piece = random.once(8)
    ? random.pick(badUtf8)
    : raw(random.once(2) ? random.pick(characters) : inner.slice(at, at + 1 + random.below(8)))
        .text;
  const cut = random.below(3) === 0 ? 1 + random.below(4) : 0;
  const text = random.once(6)
    ? inner.toUpperCase()
    : inner.slice(0, at) + piece + inner.slice(at + cut);
  place.set({ kind: 'raw', text: `"${text}"` });
}

function changeMembers(random, place) {
  const tree = place.get();
  if (tree.kind !== 'object' || tree.members.length === 0) {
    swapType(random, place);
    return;
  }
  const { members } = tree;
  const at = random.below(members.length);
  const member = members[at];
  const change = random.pick([
    () => members.push({ ...member }),
    () => members.push({ key: member.key, value: raw(random.pick(values)) }),
    () =>
      members.push({
        key: `"\\u00${hexOf(member.key)}${member.key.slice(2)}`,
        value: member.value,
      }),
    () => members.push({ key: raw(random.pick(keys)).text, value: member.value }),
    () => members.splice(at, 1),
    () => members.splice(at, 1, { key: raw(random.pick(keys)).text, value: member.value }),
    () => members.unshift(...members.splice(at, 1)),
  ]);
  change();
}

/** Of the first character of a key, so that one key has two spellings. */
function hexOf(key) {
  return (key.charCodeAt(1) & 0x7f).toString(16).padStart(2, '0');
}

function changeItems(random, place) {
  const tree = place.get();
  if (tree.kind !== 'array' || tree.items.length === 0) {
    swapType(random, place);
    return;
  }
  const { items } = tree;
  const at = random.below(items.length);
  const change = random.pick([
    () => items.push(items[at]),
    () => items.splice(at, 1),
    () => items.reverse(),
    () => items.push(raw(random.pick(values))),
    () => items.push(...Array.from({ length: random.small(300) }, () => items[at])),
  ]);
  change();
}

function copyPlace(random, place, holder) {
  place.set(frozenCopy(random.pick(placesIn(holder)).get()));
}

function copyForeign(random, place, holder, others) {
  const root = treeOf(random.pick(others));
  if (root === undefined) copyPlace(random, place, holder);
  else place.set(random.pick(placesIn({ root })).get());
}

/** A place copied into itself must not become a ring. */
function frozenCopy(tree) {
  return { kind: 'raw', text: bytesOf(tree).toString('latin1') };
}
