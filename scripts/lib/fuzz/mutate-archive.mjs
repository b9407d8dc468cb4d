/** Damage to a document of an image archive, with the names that are hashes put right. */
import { createHash } from 'node:crypto';
import { jsonMutations } from './mutate-json.mjs';
import { joinTar, nameOf, plainEntry, splitTar } from './tar-entries.mjs';

export function changeArchive(random, bytes, others) {
  const files = splitTar(bytes).map((entry) => ({ name: nameOf(entry), content: entry.content }));
  const documents = files.filter(({ content }) => content[0] === 0x7b || content[0] === 0x5b);
  if (documents.length === 0) return bytes;
  const file = random.pick(documents);
  file.content = random.pick(jsonMutations)(random, file.content, others);
  if (!random.once(4)) rename(files, file);
  return joinTar(files.map(({ name, content }) => plainEntry(name, content)));
}

/** What names the file by its old hash names it by its new one. */
function rename(files, file) {
  const before = /[a-f0-9]{64}/.exec(file.name)?.[0];
  if (before === undefined) return;
  const after = createHash('sha256').update(file.content).digest('hex');
  for (const each of files) {
    each.name = each.name.replace(before, after);
    if (each !== file && each.content.includes(before)) {
      each.content = Buffer.from(
        each.content
          .toString('latin1')
          .replaceAll(before, after)
          .replace(new RegExp(`(${after}","size":)[0-9]+`, 'g'), `$1${file.content.length}`),
        'latin1',
      );
    }
  }
}
