/**
 * Damage to a bundle whose list follows it: the second line of defence, what a trusted signer could
 * still do. Digests, sizes, names and order are put right around the change.
 */
import { createHash } from 'node:crypto';
import { byteMutations } from './mutate-bytes.mjs';
import { jsonMutations } from './mutate-json.mjs';
import { joinTar, nameOf, plainEntry, splitTar } from './tar-entries.mjs';

const listName = 'sallyport/bundle.json';
/** Documents that name each other in a circle would be hashed for ever. */
const maxSteps = 50;

/** The list alone changes, and its header with it. */
export function changeList(random, bytes, others) {
  return withFiles(bytes, (files) => {
    const lists = others.map((other) => filesOf(other)[0]?.content ?? Buffer.alloc(0));
    files[0].content = random.pick(jsonMutations)(random, files[0].content, lists);
  });
}

/** A document or a blob changes, and everything that names it. */
export function changeConsistently(random, bytes, others) {
  return withFiles(bytes, (files) => {
    const inside = files.filter(({ name }) => !name.startsWith('sallyport/'));
    if (inside.length === 0) return;
    const file = random.pick(inside);
    const mutations = file.content[0] === 0x7b ? jsonMutations : byteMutations;
    const change = random.pick(mutations)(random, file.content, others);
    setContent(files, file, change.subarray(0, 65_536));
    syncList(files);
  });
}

function withFiles(bytes, change) {
  const files = filesOf(bytes);
  if (files[0]?.name !== listName) return bytes;
  change(files);
  return joinTar(files.map(({ name, content }) => plainEntry(name, content)));
}

function filesOf(bytes) {
  return splitTar(bytes).map((entry) => ({ name: nameOf(entry), content: entry.content }));
}

/** Changed content has another name, so whatever names it changes too. */
function setContent(files, file, content) {
  const waiting = [{ file, content }];
  for (let steps = 0; waiting.length > 0 && steps < maxSteps; steps += 1) {
    const next = waiting.shift();
    const before = hexIn(next.file.name);
    next.file.content = next.content;
    if (before === undefined) continue;
    const after = createHash('sha256').update(next.content).digest('hex');
    next.file.name = next.file.name.replace(before, after);
    for (const other of files) {
      if (other === next.file || !other.content.includes(before)) continue;
      waiting.push({
        file: other,
        content: renamed(other.content, before, after, next.content.length),
      });
    }
  }
}

function renamed(content, before, after, size) {
  const text = content.toString('latin1').replaceAll(before, after);
  const sized = text.replace(new RegExp(`(${after}","size":)[0-9]+`, 'g'), `$1${size}`);
  return Buffer.from(sized, 'latin1');
}

function hexIn(name) {
  return /^blobs\/sha256\/([a-f0-9]{64})$/.exec(name)?.[1];
}

/** Order, sizes, digests and totals as the files have them now. */
function syncList(files) {
  const list = parsed(files[0].content);
  if (!Array.isArray(list?.entries)) return;
  const types = new Map(list.entries.map((entry) => [entry?.path, entry?.mediaType]));
  const rank = ({ name }) => rankOf(name, types.get(name));
  const heads = files.filter(({ name }) => name.startsWith('sallyport/'));
  const inside = files.filter(({ name }) => !name.startsWith('sallyport/'));
  inside.sort((a, b) => rank(a) - rank(b) || (rank(a) > 0 && a.name > b.name ? 1 : -1));
  list.entries = inside.map(({ name, content }) => ({
    path: name,
    size: content.length,
    digest: `sha256:${createHash('sha256').update(content).digest('hex')}`,
    mediaType: types.get(name),
  }));
  const sum = inside.reduce((total, { content }) => total + content.length, 0);
  list.totals = { entries: inside.length, bytes: sum };
  files[0].content = Buffer.from(JSON.stringify(list));
  files.splice(0, files.length, ...heads, ...inside);
}

function rankOf(name, mediaType = '') {
  const first = ['oci-layout', 'index.json', 'manifest.json'].indexOf(name);
  if (first !== -1) return first - 3;
  if (/index|list/.test(mediaType)) return 1;
  if (/manifest\.v/.test(mediaType)) return 2;
  return /config|container\.image|empty/.test(mediaType) ? 3 : 4;
}

function parsed(content) {
  try {
    return JSON.parse(content.toString('utf8'));
  } catch {
    return undefined;
  }
}
