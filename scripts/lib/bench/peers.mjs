/**
 * The other programs that carry images as one file, in the words that each of them wants.
 *
 * Looked for in a folder that the caller names, then on PATH. One that is not there is told by its
 * name, never left out in silence.
 */
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runProgram } from '../run-program.mjs';
import { skopeoCopyArguments } from '../skopeo-copy.mjs';

/** What an image is called in a layout of many. */
const tagOf = (at) => `image-${at}`;

/**
 * `pack(image, file, way)` and `unpack(file, image, way)` are arguments: image in a registry on loopback to
 * one file, and back; `packFolder(image, name, way)` to a layout that is no file. Over TLS (`way.isTls`) none of
 * them looks at the certificate; those that take no `way` find out by themselves. `version` are those that
 * print its version; `isQuickest` is the one to which a flush is added. `packMany(images, folder)`
 * and `unpackMany(folder, images)` are steps `[program, ...arguments]`, the peer's own where none is named.
 */
const skopeo = {
  version: ['--version'],
  form: 'OCI archive',
  pack: (image, file) => [...skopeoCopyArguments, `docker://${image}`, `oci-archive:${file}:made`],
  unpack: (file, image) => [
    ...skopeoCopyArguments,
    `oci-archive:${file}:made`,
    `docker://${image}`,
  ],
  manyForm: 'one by one into an OCI layout, then tar',
  packMany: (images, folder) => [
    ...images.map((image, at) => [
      undefined,
      ...skopeoCopyArguments,
      `docker://${image}`,
      `oci:${folder}:${tagOf(at)}`,
    ]),
    ['tar', '-cf', `${folder}/../many.layout.tar`, '-C', folder, '.'],
  ],
  unpackMany: (folder, images) =>
    images.map((image, at) => [
      undefined,
      ...skopeoCopyArguments,
      `oci:${folder}:${tagOf(at)}`,
      `docker://${image}`,
    ]),
};

/** By oras: into a layout that is a folder. */
function packFolder(image, name, way) {
  return ['cp', ...wayOfOras(way, 'from-'), '--to-oci-layout', image, name];
}

/** @param {string} [side] What its flags begin with where it has them for both sides. */
function wayOfOras({ isTls = false } = {}, side = '') {
  return isTls ? [`--${side}plain-http=false`, `--${side}insecure`] : [`--${side}plain-http`];
}

const others = [
  {
    name: 'crane',
    isQuickest: true,
    version: ['version'],
    form: 'Docker tarball',
    pack: (image, file) => ['pull', '--insecure', '--format=tarball', image, file],
    unpack: (file, image) => ['push', '--insecure', file, image],
    manyForm: 'one Docker tarball',
    packMany: (images, file) => [
      [undefined, 'pull', '--insecure', '--format=tarball', ...images, file],
    ],
  },
  {
    name: 'oras',
    version: ['version'],
    form: 'OCI layout',
    pack: (image, file, way) => ['backup', ...wayOfOras(way), '--output', file, image],
    // Takes the name inside the file for that of the tag; it refuses another one.
    unpack: (file, image, way) => ['restore', ...wayOfOras(way), '--input', file, image],
    packFolder,
    manyForm: 'one by one into an OCI layout, then tar',
    packMany: (images, folder) => [
      ...images.map((image, at) => [undefined, ...packFolder(image, `${folder}:${tagOf(at)}`)]),
      ['tar', '-cf', `${folder}/../many.layout.tar`, '-C', folder, '.'],
    ],
    unpackMany: (folder, images) =>
      images.map((image, at) => [
        ...[undefined, 'cp', '--to-plain-http', '--from-oci-layout'],
        ...[`${folder}:${tagOf(at)}`, image],
      ]),
  },
  {
    name: 'regctl',
    version: ['version', '--format', '{{.VCSTag}}'],
    form: 'OCI layout',
    pack: (image, file, way) => [...wayOfRegctl(image, way), 'image', 'export', image, file],
    unpack: (file, image, way) => [...wayOfRegctl(image, way), 'image', 'import', image, file],
  },
];

function wayOfRegctl(image, { isTls = false } = {}) {
  const tls = isTls ? 'insecure' : 'disabled';
  return ['--host', `reg=${image.slice(0, image.indexOf('/'))},tls=${tls}`];
}

/**
 * @param {string | undefined} folder Where to look first.
 * @returns {Promise<{ present: object[], missing: string[] }>} Those present with `program` and `label`.
 */
export async function findPeers(folder) {
  const folders = [folder, ...(process.env.PATH ?? '').split(delimiter)].filter(Boolean);
  const wanted = [
    ...newerSkopeos(folders).map((name) => ({ name, ...skopeo })),
    { name: 'skopeo', ...skopeo },
    ...others,
  ];
  const present = [];
  for (const peer of wanted) {
    const program = folders.map((each) => join(each, peer.name)).find(existsSync);
    if (program !== undefined) {
      present.push({ ...peer, program, label: await labelOf(peer, program) });
    }
  }
  const missing = wanted.filter(({ name }) => !present.some((peer) => peer.name === name));
  return { present, missing: missing.map(({ name }) => name) };
}

/** `skopeo-1.18` and the like, beside the one that the distribution brings. */
function newerSkopeos(folders) {
  const names = folders.filter(existsSync).flatMap((folder) => readdirSync(folder));
  return [...new Set(names.filter((name) => /^skopeo-\d[\d.]*$/.test(name)))].sort().reverse();
}

async function labelOf({ name, version }, program) {
  const said = await runProgram(program, version);
  const number = /\d+\.\d+(?:\.\d+)?/.exec(said)?.[0] ?? '';
  return `${name.replace(/-.*/, '')} ${number}`;
}
