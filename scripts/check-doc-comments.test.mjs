/** A small package is built for each rule; what has no comment must be named. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { missingDocComments } from './check-doc-comments.mjs';

const folders = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function packageWith(files) {
  const folder = mkdtempSync(join(tmpdir(), 'doc-comments-'));
  folders.push(folder);
  const sound = {
    'package.json': JSON.stringify({ exports: { '.': { types: './dist/index.d.ts' } } }),
    'tsconfig.json': JSON.stringify({ compilerOptions: { module: 'NodeNext', types: [] } }),
  };
  for (const [path, text] of Object.entries({ ...sound, ...files })) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return folder;
}

describe('looking for doc comments', () => {
  it.each([
    ['function', 'export function thing(): void {}'],
    ['class', 'export class thing {}'],
    ['interface', 'export interface thing {}'],
    ['type', 'export type thing = string;'],
    ['constant', 'export const thing = 1;'],
  ])('names a %s without one, and none with one', (_kind, declaration) => {
    const start = "/** The file. */\nimport './other.js';\n";
    const files = (text) => ({ 'src/index.ts': start + text, 'src/other.ts': 'export {};' });

    expect(missingDocComments(packageWith(files(declaration)))).toEqual([
      'src/index.ts:3: thing has no doc comment',
    ]);
    expect(missingDocComments(packageWith(files(`/** Words. */\n${declaration}`)))).toEqual([]);
    expect(missingDocComments(packageWith(files(`// Words.\n${declaration}`)))).toHaveLength(1);
  });

  it('follows a name through every door to where it is declared, and names it once', () => {
    const entries = { '.': { types: './dist/index.d.ts' }, './in': { types: './dist/in.d.ts' } };
    const folder = packageWith({
      'package.json': JSON.stringify({ exports: entries }),
      'src/index.ts': "export * from './in.js';",
      'src/in.ts': "export { thing as other } from './thing.js';",
      'src/thing.ts': '\nexport const thing = 1;\nexport const notExported = 2;',
    });

    expect(missingDocComments(folder)).toEqual(['src/thing.ts:2: thing has no doc comment']);
  });

  it('wants one for a public method, unless its interface has it', () => {
    const folder = packageWith({
      'src/index.ts': `
        /** Words. */
        export interface Door {
          /** Words. */
          open(): void;
          close(): void;
        }
        /** Words. */
        export class WoodenDoor implements Door {
          open(): void {}
          close(): void {}
          private creak(): void {}
        }`,
    });

    expect(missingDocComments(folder)).toEqual([
      'src/index.ts:11: WoodenDoor.close has no doc comment',
    ]);
  });
});
