/**
 * A JSON text as a tree that can hold what JSON cannot: two equal keys, numbers in any spelling,
 * raw bytes. Written back it need not be JSON any more.
 */

/** @typedef {{ kind: 'object', members: { key: string, value: Tree }[] } | { kind: 'array', items: Tree[] } | { kind: 'raw', text: string }} Tree */

/** @returns {Tree | undefined} Undefined for what is no JSON. Texts are latin1, so that any byte can stand in them. */
export function treeOf(bytes) {
  try {
    return fromValue(JSON.parse(bytes.toString('utf8')));
  } catch {
    return undefined;
  }
}

function fromValue(value) {
  if (Array.isArray(value)) return { kind: 'array', items: value.map(fromValue) };
  if (typeof value !== 'object' || value === null) return raw(JSON.stringify(value));
  const members = Object.entries(value).map(([key, member]) => ({
    key: raw(JSON.stringify(key)).text,
    value: fromValue(member),
  }));
  return { kind: 'object', members };
}

/** A leaf from text as people write it. */
export function raw(text) {
  return { kind: 'raw', text: Buffer.from(text).toString('latin1') };
}

export function bytesOf(tree) {
  return Buffer.from(textOf(tree), 'latin1');
}

function textOf(tree) {
  switch (tree.kind) {
    case 'raw':
      return tree.text;
    case 'array':
      return `[${tree.items.map(textOf).join(',')}]`;
    default:
      return `{${tree.members.map(({ key, value }) => `${key}:${textOf(value)}`).join(',')}}`;
  }
}

/**
 * Every place of the tree, as something that can be read and written.
 *
 * @returns {{ get: () => Tree, set: (tree: Tree) => void }[]} The root is the first.
 */
export function placesIn(holder) {
  const places = [
    {
      get: () => holder.root,
      set: (tree) => {
        holder.root = tree;
      },
    },
  ];
  collect(holder.root, places);
  return places;
}

function collect(tree, places) {
  const slots = tree.kind === 'object' ? tree.members : tree.kind === 'array' ? tree.items : [];
  for (const [index, slot] of slots.entries()) {
    places.push({
      get: () => (tree.kind === 'object' ? slot.value : tree.items[index]),
      set: (changed) => {
        if (tree.kind === 'object') slot.value = changed;
        else tree.items[index] = changed;
      },
    });
    collect(tree.kind === 'object' ? slot.value : slot, places);
  }
}
