/** Damage that knows tar: fields of a header under a right checksum, entries moved, doubled, lost, of other types, contents under a right size. */
import { withChecksum } from '@sallyport/testing';
import { byteMutations } from './mutate-bytes.mjs';
import { jsonMutations } from './mutate-json.mjs';
import { joinTar, nameOf, plainEntry, splitTar } from './tar-entries.mjs';

/** Offset and length of every field of a ustar header. */
const fields = [
  [0, 100],
  [100, 8],
  [108, 8],
  [116, 8],
  [124, 12],
  [136, 12],
  [156, 1],
  [157, 100],
  [257, 6],
  [263, 2],
  [265, 32],
  [297, 32],
  [329, 8],
  [337, 8],
  [345, 155],
];
const types = [
  '0',
  '\0',
  '1',
  '2',
  '3',
  '4',
  '5',
  '6',
  '7',
  'A',
  'D',
  'K',
  'L',
  'M',
  'N',
  'S',
  'V',
  'g',
  'x',
  'X',
];
const sizes = [
  '00000000000 ',
  '00000000001 ',
  '77777777777 ',
  '0000000000',
  '\x80\0\0\0\0\0\0\0\0\0\x02\0',
  '\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff',
  '\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff',
  '-0000000001 ',
  '00000000008 ',
  '           0',
  '0x100',
];
const records = [
  'path=index.json',
  'size=0',
  'size=9007199254740993',
  'size=-1',
  'linkpath=/etc/passwd',
  'GNU.sparse.major=1',
  '__proto__=x',
  'mtime=1e400',
  'path=',
];

export const tarMutations = [
  changeField,
  changeField,
  moveEntry,
  changeContent,
  changeContent,
  addExtension,
  (random, bytes, others) => random.pick(byteMutations)(random, bytes, others),
];

function changeField(random, bytes) {
  return withEntries(bytes, (entries) => {
    const at = random.below(entries.length);
    const header = Buffer.from(entries[at].header);
    const [start, length] = random.pick(fields);
    const text = fieldText(random, start, entries);
    header.fill(0, start, random.once(2) ? start : start + length);
    header.write(text.slice(0, length), start, 'latin1');
    entries[at] = { ...entries[at], header: random.once(8) ? header : withChecksum(header) };
  });
}

function fieldText(random, start, entries) {
  if (start === 156) return random.pick(types);
  if (start === 124) return random.pick(sizes);
  if (start === 0 || start === 157) {
    const name = nameOf(random.pick(entries));
    return random.pick([
      name,
      `./${name}`,
      `${name}/`,
      `../${name}`,
      name.toUpperCase(),
      `/${name}`,
      `${name}\x1b[0m`,
      `blobs/sha256/${'a'.repeat(64)}`,
    ]);
  }
  return random.pick([
    '',
    '\0',
    ' ',
    '0',
    '7777777',
    'ustar  ',
    'ustar\0',
    'root',
    '\xff',
    '0000644\0',
  ]);
}

function moveEntry(random, bytes) {
  return withEntries(bytes, (entries) => {
    const [moved] = entries.splice(random.below(entries.length), random.once(3) ? 0 : 1);
    const again = moved ?? random.pick(entries);
    const times = random.once(30) ? 500 : random.below(3);
    for (let left = times; left > 0; left -= 1) {
      entries.splice(random.below(entries.length + 1), 0, again);
    }
  });
}

function changeContent(random, bytes, others) {
  return withEntries(bytes, (entries) => {
    const at = random.below(entries.length);
    const { header, content } = entries[at];
    const mutate = random.pick(
      content[0] === 0x7b || content[0] === 0x5b ? jsonMutations : byteMutations,
    );
    const changed = mutate(random, content, others);
    const sized = Buffer.from(header);
    sized.write(`${changed.length.toString(8).padStart(11, '0')} `, 124, 'latin1');
    entries[at] = { header: withChecksum(sized), content: changed };
  });
}

/** A PAX header, local or global, or a GNU long name before one of the entries. */
function addExtension(random, bytes) {
  return withEntries(bytes, (entries) => {
    const type = random.pick(['x', 'g', 'L', 'K', 'S']);
    const text = random.pick(records);
    const record = `${String(text.length + 4).padStart(2, '0')} ${text}\n`;
    const content = Buffer.from(/[xg]/.test(type) ? record : `${nameOf(random.pick(entries))}\0`);
    const entry = plainEntry('x', content);
    entry.header[156] = type.charCodeAt(0);
    entries.splice(random.below(entries.length + 1), 0, {
      header: withChecksum(entry.header),
      content,
    });
  });
}

function withEntries(bytes, change) {
  const entries = splitTar(bytes);
  if (entries.length === 0) return bytes;
  change(entries);
  return joinTar(entries);
}
