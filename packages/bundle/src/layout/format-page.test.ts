/** The page of the format says what the program does: its tables, numbers and commands are compared and run. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  describeWith,
  goldenFile,
  goldenFolder,
  handmadeBundle,
  runProgram,
  tempDir,
} from '@sallyport/testing';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { digestOf } from 'oras-js';
import {
  maxDocumentBytes,
  maxDocumentsBytes,
  maxIndexDepth,
  maxListBytes,
  maxListDepth,
} from '../limits.js';
import { listPrefix, type BundleManifest } from '../list/bundle-manifest.js';
import { encodeList } from '../list/encode-list.js';
import { parseList } from '../list/parse-list.js';
import { layOut } from './bundle-layout.js';
import { entryHeader } from './entry-header.js';
import { ociLayoutDocument } from './layout-documents.js';

const pageFile = fileURLToPath(new URL('../../../../docs/bundle-format.md', import.meta.url));
const page = await readFile(pageFile, 'utf8');

/** Cells of the table under a heading, without its first two lines; code marks are taken off. */
function table(heading: string, number = 0): readonly (readonly string[])[] {
  const section = page.split(/^#+ /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  const tables = section.match(/(?:^\|.*\|\n)+/gm) ?? [];
  const lines = (tables[number] ?? '').trim().split('\n').slice(2);
  return lines.map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

function section(heading: string): string {
  return page.split(/^## /m).find((text) => text.startsWith(heading)) ?? '';
}

describe('the table of the header', () => {
  it('gives the first 512 bytes of the golden bundle', async () => {
    const header = Buffer.alloc(512);
    for (const [offset, length, , text = ''] of table('The header')) {
      const bytes = Buffer.from(text.replaceAll('␠', ' ').replaceAll('␀', '\0'), 'latin1');
      expect(bytes.length).toBeLessThanOrEqual(Number(length));
      bytes.copy(header, Number(offset));
    }
    expect(header.equals((await readFile(goldenFile)).subarray(0, 512))).toBe(true);
  });

  it('covers every byte once', () => {
    let at = 0;
    for (const [offset, length] of table('The header')) {
      expect(Number(offset)).toBe(at);
      at += Number(length);
    }
    expect(at).toBe(512);
  });

  it('shows 8 GiB as it is written', async () => {
    const header = await entryHeader('oci-layout', 8589934592);
    const shown = /8 GiB is `([0-9a-f ]+)`/.exec(page)?.[1]?.replaceAll(' ', '');
    expect(header.toString('hex', 124, 136)).toBe(shown);
  });
});

describe('the example of where each byte is', () => {
  let golden: Buffer;
  let list: Buffer;
  beforeAll(async () => {
    golden = await readFile(goldenFile);
    list = golden.subarray(512, 512 + 6703);
  });

  it('is the golden bundle', () => {
    const { entries, fileBytes } = layOut(list.length, 1, parseList(list).entries);
    const placed = entries.map(({ entry, headerAt, contentAt }) =>
      [entry.path.replace(/(\/.{8})[0-9a-f]{56}$/, '$1…'), entry.size, headerAt, contentAt].map(
        String,
      ),
    );
    const rows = table('Where each byte is');
    expect(rows.slice(0, 2)).toEqual([
      ['sallyport/bundle.json', String(list.length), '0', '512'],
      ['sallyport/bundle.json.sigstore.json', '2048', '7680', '8192'],
    ]);
    expect(rows.slice(2)).toEqual(placed.slice(0, rows.length - 2));
    const last = entries.at(-1);
    expect(page.replaceAll('\n', ' ')).toContain(
      `The last entry has ${last?.entry.size ?? 0} bytes and its header at ${last?.headerAt ?? 0}. The file ends at byte ${fileBytes}.`,
    );
    expect(fileBytes).toBe(golden.length);
  });

  it('has the identity and the image that the page shows', () => {
    expect(section('Signatures')).toContain(`\`${digestOf(list)}\``);
    const shown = /```json\n([^]*?)```/.exec(section('The list'))?.[1] ?? '';
    const { images } = JSON.parse(String(list)) as { images: unknown[] };
    expect(JSON.stringify(JSON.parse(shown))).toBe(JSON.stringify(images[1]));
  });
});

describe('the tables of the list', () => {
  const digest = digestOf('x');
  const everything: BundleManifest = {
    channel: 'default',
    sequence: 2,
    created: '2026-01-02T03:04:05Z',
    expires: '2027-01-02T03:04:05Z',
    kind: 'delta',
    base: { bundle: digest, sequence: 1 },
    previous: digest,
    audience: ['here'],
    sources: [
      {
        host: 'registry.example.com',
        repository: 'app',
        reference: '1',
        digest,
        resolved: '2026-01-02T03:04:05Z',
        upstreamSignature: { state: 'verified', key: 'a'.repeat(64) },
      },
    ],
    images: [
      {
        repository: 'app',
        tags: ['1'],
        digest,
        mediaType: 'a/b',
        size: 1,
        platforms: [],
        referrers: [],
      },
    ],
    entries: [{ path: 'oci-layout', size: 1, digest, mediaType: 'a/b' }],
    assumed: [],
    totals: { entries: 1, bytes: 1 },
    requires: [],
    tool: 'test',
    annotations: {},
  };

  it.each([
    ['The list', 0, (list: typeof everything) => list],
    ['The list', 1, ({ sources }: typeof everything) => sources[0] ?? {}],
    ['The list', 2, ({ images }: typeof everything) => images[0] ?? {}],
  ] as const)(
    'name the fields in the order in which they are written (%s, table %d)',
    (heading, number, part) => {
      const written = JSON.parse(String(encodeList(everything))) as BundleManifest;
      expect(table(heading, number).map(([name]) => name)).toEqual(Object.keys(part(written)));
    },
  );

  it('begins with the bytes that the page shows', () => {
    expect(section('The list')).toContain(`\`\`\`text\n${listPrefix}\n\`\`\``);
    expect(page).toContain(`\`\`\`text\n${String(ociLayoutDocument.bytes)}\n\`\`\``);
  });
});

describe('the limits on the page', () => {
  it('are those of the program', () => {
    const limits = table('Order of entries').map(([, , limit]) => limit);
    expect(limits[0]).toBe(String(maxListBytes));
    expect(limits.slice(4, 9)).toEqual([
      String(maxDocumentBytes),
      String(maxDocumentBytes),
      ...Array<string>(3).fill(`${maxDocumentBytes} each`),
    ]);
    expect(page).toContain(`at most ${maxDocumentsBytes} bytes`);
    expect(page).toContain(`more than ${maxListDepth} levels`);
    expect(page).toContain(`At most ${maxIndexDepth} indexes`);
  });
});

describeWith(
  ['openssl', 'tar', 'grep', 'cut'],
  'checking a bundle with the commands of the page',
  () => {
    const commands = /```sh\n([^]*?)```/.exec(section('Checking with other programs'))?.[1] ?? '';

    async function run(folder: string): Promise<{ code: number | null; stdout: string }> {
      return await runProgram('/bin/sh', ['-e', '-c', commands], { cwd: folder });
    }

    it('accepts the golden bundle', async () => {
      await using dir = await tempDir();
      await copyFile(goldenFile, join(dir.path, 'dast.sallyport.tar'));
      await copyFile(join(goldenFolder, 'test-only.pub'), join(dir.path, 'bundle.pub'));
      expect(await run(dir.path)).toMatchObject({ code: 0, stdout: 'Verified OK\n' });
    });

    it('refuses a list with one bit changed', async () => {
      await using dir = await tempDir();
      const { bytes, publicKeyPem } = await handmadeBundle();
      bytes[600] = (bytes[600] ?? 0) ^ 1;
      await writeFile(join(dir.path, 'dast.sallyport.tar'), bytes);
      await writeFile(join(dir.path, 'bundle.pub'), publicKeyPem);
      expect(await run(dir.path)).toMatchObject({
        code: 1,
        stdout: expect.stringMatching(/^Verification failure/i),
      });
    });
  },
);
